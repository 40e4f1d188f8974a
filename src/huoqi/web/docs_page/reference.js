// Renders /openapi.json as a reference with search, samples and a form to try each operation.

const WORDS = {
  en: {
    title: 'Huoqi API reference', skip: 'Skip to the operations', reference: 'API reference',
    search: 'Search', errors: 'Error codes', contents: 'Contents',
    credentials: 'Credentials for trying things here',
    credentialsWhy: 'Kept in this tab only; sent to this server only.',
    session: 'Session (Huoqi-Session)', stepUp: 'Step-up grant (Huoqi-Step-Up)',
    apiKey: 'API key (hq_test_…)', needs: 'Needs', free: 'No credentials needed.',
    parameters: 'Parameters', body: 'Body', answers: 'Answers', refusals: 'Refusals',
    samples: 'Samples', name: 'Name', where: 'Where', meaning: 'Meaning', status: 'Status',
    type: 'Type', required: 'required', optional: 'optional', stop: '. ', tryIt: 'Try it', send: 'Send',
    found: (n) => `${n} operation${n === 1 ? '' : 's'} shown`, none: 'Nothing matches the search.',
    failed: 'The reference could not be loaded: ', noAnswer: 'No answer from the server.',
    waiting: 'Waiting for the answer …', shape: 'Fields of the answer', bodyShape: 'Fields of the body',
    notJson: 'The body is not JSON: ', places: { path: 'path', query: 'query', header: 'header' },
  },
  zh: {
    title: '活期 API 接口参考', skip: '跳到接口列表', reference: '接口参考', search: '搜索',
    errors: '错误代码', contents: '目录', credentials: '在本页试用时使用的凭证',
    credentialsWhy: '只保存在此标签页，只发送给本服务器。',
    session: '会话（Huoqi-Session）', stepUp: '资金操作授权（Huoqi-Step-Up）',
    apiKey: 'API 密钥（hq_test_…）', needs: '需要', free: '无需凭证。',
    parameters: '参数', body: '请求体', answers: '响应', refusals: '拒绝', samples: '示例',
    name: '名称', where: '位置', meaning: '含义', status: '状态码', type: '类型', required: '必填',
    optional: '可选', stop: '。', tryIt: '试一试', send: '发送', found: (n) => `共 ${n} 个接口`,
    none: '没有符合搜索的接口。', failed: '无法载入接口参考：', noAnswer: '服务器没有响应。',
    waiting: '正在等待响应……', shape: '响应字段', bodyShape: '请求体字段',
    notJson: '请求体不是 JSON：', places: { path: '路径', query: '查询', header: '请求头' },
  },
};
const SCHEMES = ['session', 'stepUp', 'apiKey'];
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const SOME_ID = '018f2b7a-0000-7000-8000-000000000001';

const state = {
  language: (sessionStorage.getItem('language') ?? navigator.language).startsWith('zh') ? 'zh' : 'en',
  contract: null,
};

const word = (key) => WORDS[state.language][key];
const byId = (id) => document.getElementById(id);

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

// A part that is built when it is opened first: the page has a hundred operations.
function later(title, build) {
  const part = node('details', {}, node('summary', {}, title));
  part.addEventListener('toggle', () => { if (part.open) part.append(...build()); }, { once: true });
  return part;
}

function resolve(schema) {
  if (!schema?.$ref) return schema ?? {};
  return schema.$ref.split('/').slice(1).reduce((at, step) => at[step], state.contract);
}

function operations() {
  return Object.entries(state.contract.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })))
    .sort((one, other) => one['x-order'] - other['x-order']);
}

const titleOf = (operation) =>
  (state.language === 'zh' && operation['x-summary-zh']) || operation.summary || operation.operationId;

function example(schema, depth = 0) {
  const shape = resolve(schema);
  if (schema?.examples?.length) return schema.examples[0];
  if (shape.examples?.length) return shape.examples[0];
  if (shape.const !== undefined) return shape.const;
  if (shape.default !== undefined && shape.default !== null) return shape.default;
  if (shape.enum) return shape.enum[0];
  const choice = (shape.anyOf ?? shape.oneOf)?.find((one) => one.type !== 'null');
  if (choice) return example(choice, depth);
  if (depth > 6) return null;
  if (shape.type === 'object' || shape.properties) {
    const needed = new Set(shape.required ?? []);
    return Object.fromEntries(Object.entries(shape.properties ?? {})
      .filter(([name, inner]) => needed.has(name) || inner.examples?.length || resolve(inner).const)
      .map(([name, inner]) => [name, example(inner, depth + 1)]));
  }
  if (shape.type === 'array') return [example(shape.items, depth + 1)];
  if (shape.format === 'uuid') return SOME_ID;
  if (shape.format === 'date') return '2015-05-11';
  if (shape.type === 'integer') return shape.minimum ?? 1;
  if (shape.type === 'boolean') return true;
  return shape.type === 'string' ? 'text' : null;
}

function typeName(schema) {
  const shape = resolve(schema);
  if (schema?.$ref) return schema.$ref.split('/').at(-1);
  if (shape.enum) return shape.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return choices.map(typeName).join(' | ');
  if (shape.type === 'array') return `${typeName(shape.items)}[]`;
  return [shape.type ?? 'any', shape.format].filter(Boolean).join(' · ');
}

function table(caption, heads, rows) {
  if (!rows.length) return null;
  return node('div', { class: 'scroll' }, node('table', { class: heads.length > 2 ? 'many' : null },
    caption ? node('caption', {}, caption) : null,
    node('thead', {}, node('tr', {}, ...heads.map((key) => node('th', { scope: 'col' }, word(key))))),
    node('tbody', {}, ...rows)));
}

// Text with ``names`` in it.
const prose = (text) => text.split(/``([^`]*)``/).map((part, at) => (at % 2 ? node('code', {}, part) : part));

const row = (first, ...others) => node('tr', {},
  node('th', { scope: 'row' }, node('code', {}, first)),
  ...others.map((one) => node('td', {}, ...prose(one))));

const meaning = (isNeeded, text) =>
  word(isNeeded ? 'required' : 'optional') + (text ? word('stop') + text : '');

function fieldRows(schema, prefix = '', depth = 0) {
  const shape = resolve(schema);
  const needed = new Set(shape.required ?? []);
  return Object.entries(shape.properties ?? {}).flatMap(([name, inner]) => {
    const at = prefix ? `${prefix}.${name}` : name;
    const about = inner.description ?? resolve(inner).description ?? '';
    const told = row(at, typeName(inner), meaning(needed.has(name), about));
    const whole = resolve(inner);
    const deeper = whole.type === 'array' ? whole.items
      : (whole.anyOf?.find((one) => one.$ref) ?? inner);
    return depth < 2 ? [told, ...fieldRows(deeper, at, depth + 1)] : [told];
  });
}

function shapeTable(title, schema) {
  if (!Object.keys(resolve(schema).properties ?? {}).length) return null;
  return later(title, () => [table(null, ['name', 'type', 'meaning'], fieldRows(schema))]);
}

const bodySchema = (operation) => operation.requestBody?.content?.['application/json']?.schema;

function bodyExample(operation) {
  const content = operation.requestBody?.content?.['application/json'];
  return content ? content.example ?? example(content.schema) : undefined;
}

const schemesOf = (operation) =>
  SCHEMES.filter((scheme) => (operation.security ?? []).some((need) => scheme in need));

function securityHeaders(operation) {
  const headers = {};
  for (const scheme of schemesOf(operation)) {
    const held = sessionStorage.getItem(scheme);
    if (scheme === 'session') headers['Huoqi-Session'] = held || 'SESSION';
    if (scheme === 'stepUp') headers['Huoqi-Step-Up'] = held || 'GRANT';
    if (scheme === 'apiKey') headers.Authorization = `Bearer ${held || 'hq_test_KEY'}`;
  }
  return headers;
}

function valueOf(parameter) {
  const shape = resolve(parameter.schema);
  if (parameter.name === 'Idempotency-Key') return crypto.randomUUID();
  if (!parameter.required) return '';
  return String(parameter.example ?? parameter.schema?.examples?.[0] ?? shape.enum?.[0]
    ?? example(parameter.schema) ?? '');
}

// What a request would be: from the form when there is one, else from the examples.
function request(operation, values, bodyText) {
  const query = new URLSearchParams();
  const headers = securityHeaders(operation);
  let path = operation.path;
  for (const [parameter, value] of values) {
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value && parameter.in === 'query') query.append(parameter.name, value);
    else if (value && parameter.in === 'header') headers[parameter.name] = value;
  }
  if (bodyText !== undefined) headers['Content-Type'] = 'application/json';
  const search = query.toString();
  return { address: path + (search ? `?${search}` : ''), headers, method: operation.method.toUpperCase() };
}

const parametersOf = (operation) => (operation.parameters ?? []).map(resolve);

function samples(operation) {
  const body = bodyExample(operation);
  const values = parametersOf(operation).map((one) => [one, valueOf(one)]);
  const text = body === undefined ? undefined : JSON.stringify(body, null, 2);
  const { address, headers, method } = request(operation, values, text);
  const quoted = (one) => `'${one.replaceAll("'", "'\\''")}'`;
  const curl = [`curl -X ${method} ${quoted(location.origin + address)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(text === undefined ? [] : [`-d ${quoted(text)}`])].join(' \\\n  ');
  const python = ['import json, urllib.request', '', 'request = urllib.request.Request(',
    `    ${JSON.stringify(location.origin + address)},`, `    method="${method}",`, '    headers={',
    ...Object.entries(headers).map(([name, value]) => `        ${JSON.stringify(name)}: ${JSON.stringify(value)},`),
    '    },',
    ...(text === undefined ? [] : [`    data=${JSON.stringify(JSON.stringify(body))}.encode(),`]), ')',
    'print(json.load(urllib.request.urlopen(request)))'].join('\n');
  return [node('h4', {}, 'curl'), node('pre', { tabindex: 0 }, curl),
    node('h4', {}, 'Python'), node('pre', { tabindex: 0 }, python)];
}

function parameterTable(operation) {
  return table(word('parameters'), ['name', 'where', 'type', 'meaning'], parametersOf(operation).map((one) =>
    row(one.name, word('places')[one.in] ?? one.in, typeName(one.schema),
      meaning(one.required, one.description ?? one.schema?.description))));
}

function answers(operation) {
  const all = Object.entries(operation.responses ?? {});
  const told = ([status, raw]) => row(status, resolve(raw).description ?? '');
  const good = all.filter(([status]) => status < '300');
  const refusals = all.filter(([status]) => status >= '300');
  const shaped = good.map(([, raw]) => Object.values(resolve(raw).content ?? {})[0]?.schema).find(Boolean);
  return [table(word('answers'), ['status', 'meaning'], good.map(told)),
    shaped ? shapeTable(word('shape'), shaped) : null,
    refusals.length
      ? later(word('refusals'), () => [table(null, ['status', 'meaning'], refusals.map(told))]) : null];
}

function field(parameter) {
  const shape = resolve(parameter.schema);
  const choices = shape.enum;
  const input = choices
    ? node('select', {}, ...(parameter.required ? [] : [node('option', { value: '' }, '–')]),
      ...choices.map((one) => node('option', { value: one }, one)))
    : node('input', { required: parameter.required, autocomplete: 'off', spellcheck: 'false' });
  input.value = valueOf(parameter);
  const note = word(parameter.required ? 'required' : 'optional');
  return { parameter, input, label: node('label', {}, node('span', {}, parameter.name, ' ',
    node('small', { class: 'muted' }, note)), input) };
}

function tryForm(operation) {
  const fields = parametersOf(operation).map(field);
  const body = bodyExample(operation);
  const area = body === undefined ? null : node('textarea', { spellcheck: 'false', rows: 8 });
  if (area) area.value = JSON.stringify(body, null, 2);
  const outcome = node('p', { role: 'status' });
  const output = node('pre', { tabindex: 0, hidden: 'hidden', 'aria-label': word('answers') });
  const say = (kind, text) => { outcome.className = kind; outcome.textContent = text; };
  const send = async (event) => {
    event.preventDefault();
    output.hidden = true;
    if (area) {
      try { JSON.parse(area.value); } catch (error) { return say('bad', word('notJson') + error.message); }
    }
    say('', word('waiting'));
    const values = fields.map(({ parameter, input }) => [parameter, input.value.trim()]);
    const { address, headers, method } = request(operation, values, area?.value);
    headers['Accept-Language'] = state.language === 'zh' ? 'zh-CN' : 'en';
    try {
      const began = performance.now();
      const reply = await fetch(address, { method, headers, body: area?.value });
      const text = await reply.text();
      const took = Math.round(performance.now() - began);
      try { output.textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { output.textContent = text; }
      output.hidden = false;
      say(reply.ok ? 'good' : 'bad', `${reply.status} ${reply.statusText} · ${took} ms`);
    } catch {
      say('bad', word('noAnswer'));
    }
    return undefined;
  };
  return [node('form', { onsubmit: send },
    fields.length ? node('div', { class: 'fields' }, ...fields.map((one) => one.label)) : null,
    area ? node('label', { class: 'body' }, word('body'), area) : null,
    node('p', {}, node('button', { class: 'send', type: 'submit' }, word('send')))), outcome, output];
}

function needs(operation) {
  const wanted = schemesOf(operation);
  return node('p', { class: 'muted' },
    wanted.length ? `${word('needs')}: ${wanted.map(word).join(' + ')}` : word('free'));
}

// The first line is the title; only what follows it is worth a paragraph.
function about(operation) {
  const text = (operation.description ?? '').split('\n').slice(1).join('\n').trim();
  return text ? node('p', {}, ...prose(text)) : null;
}

function section(operation) {
  return node('section', { class: 'operation', id: operation.operationId },
    node('h3', {}, titleOf(operation)),
    node('p', { class: 'line' }, node('span', { class: `method ${operation.method}` }, operation.method.toUpperCase()), ` ${operation.path}`),
    about(operation), needs(operation), parameterTable(operation),
    bodySchema(operation) ? shapeTable(word('bodyShape'), bodySchema(operation)) : null,
    ...answers(operation), later(word('samples'), () => samples(operation)),
    later(word('tryIt'), () => tryForm(operation)));
}

function grouped(shown) {
  return (state.contract.tags ?? []).map((tag) => ({
    name: (state.language === 'zh' && tag['x-name-zh']) || tag.name,
    members: shown.filter((one) => one.tags?.[0] === tag.name),
  })).filter((group) => group.members.length);
}

function contents(groups) {
  return groups.flatMap(({ name, members }) => [node('h2', {}, name),
    node('ul', {}, ...members.map((one) => node('li', {},
      node('a', { href: `#${one.operationId}` }, titleOf(one).split(/[;:：；]/)[0]))))]);
}

function credentialFields() {
  const fields = SCHEMES.map((scheme) => {
    const input = node('input', { autocomplete: 'off', spellcheck: 'false', name: scheme,
      oninput: (event) => sessionStorage.setItem(scheme, event.target.value.trim()) });
    input.value = sessionStorage.getItem(scheme) ?? '';
    return node('label', {}, word(scheme), input);
  });
  byId('credential-fields').replaceChildren(...fields);
}

function show() {
  const wanted = byId('search').value.trim().toLowerCase();
  const shown = operations().filter((one) =>
    [one.path, one.method, one.summary, one['x-summary-zh'], one.description, one.operationId]
      .join(' ').toLowerCase().includes(wanted));
  const groups = grouped(shown);
  byId('contents').replaceChildren(...contents(groups));
  byId('operations').replaceChildren(...groups.flatMap(({ name, members }) =>
    [node('h2', {}, name), ...members.map(section)]));
  byId('status').textContent = shown.length ? word('found')(shown.length) : word('none');
}

function render() {
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en';
  document.title = word('title');
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = word(element.dataset.text);
  byId('errors').href = `/docs/errors?language=${state.language}`;
  const button = byId('language');
  button.textContent = state.language === 'zh' ? 'English' : '中文';
  button.lang = state.language === 'zh' ? 'en' : 'zh-CN';
  credentialFields();
  show();
}

function goToAnchor() {
  if (location.hash) byId(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

async function begin() {
  byId('menu').open = matchMedia('(min-width: 801px)').matches;
  try {
    state.contract = await (await fetch('/openapi.json')).json();
  } catch (error) {
    byId('status').textContent = word('failed') + error.message;
    return;
  }
  byId('search').addEventListener('input', show);
  byId('language').addEventListener('click', () => {
    state.language = state.language === 'zh' ? 'en' : 'zh';
    sessionStorage.setItem('language', state.language);
    render();
  });
  render();
  goToAnchor();
}

begin();
