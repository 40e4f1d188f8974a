// Renders /openapi.json as a reference with search, samples and a form to try each operation.

const WORDS = {
  en: {
    skip: 'Skip to the operations', reference: 'API reference', search: 'Search',
    errors: 'Error codes', credentials: 'Credentials for trying things here',
    credentialsWhy: 'Kept in this tab only; sent to this server only.',
    parameters: 'Parameters', body: 'Body', answers: 'Answers', samples: 'Samples', name: 'Name',
    where: 'Where', meaning: 'Meaning', required: 'required', optional: 'optional', tryIt: 'Try it',
    send: 'Send', found: 'operations shown', failed: 'The reference could not be loaded: ',
    noAnswer: 'No answer from the server.', waiting: 'Waiting for the answer …', shape: 'Shape',
  },
  zh: {
    skip: '跳到接口列表', reference: '接口参考', search: '搜索', errors: '错误代码',
    credentials: '在本页试用时使用的凭证', credentialsWhy: '只保存在此标签页，只发送给本服务器。',
    parameters: '参数', body: '请求体', answers: '响应', samples: '示例', name: '名称', where: '位置',
    meaning: '含义', required: '必填', optional: '可选', tryIt: '试一试', send: '发送',
    found: '个接口', failed: '无法载入接口参考：', noAnswer: '服务器没有响应。',
    waiting: '正在等待响应……', shape: '结构',
  },
};
const CREDENTIALS = [
  ['session', 'Huoqi-Session'], ['stepUp', 'Huoqi-Step-Up'], ['key', 'API key (hq_test_…)'],
];
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const state = {
  language: (sessionStorage.getItem('language') ?? navigator.language).startsWith('zh') ? 'zh' : 'en',
  contract: null,
};

const word = (key) => WORDS[state.language][key];

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function resolve(schema) {
  if (!schema?.$ref) return schema ?? {};
  return schema.$ref.split('/').slice(1).reduce((at, step) => at[step], state.contract);
}

function operations() {
  return Object.entries(state.contract.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })));
}

const titleOf = (operation) =>
  (state.language === 'zh' && operation['x-summary-zh']) || operation.summary || operation.operationId;

function example(schema, depth = 0) {
  const shape = resolve(schema);
  if (shape.examples?.length) return shape.examples[0];
  if (shape.const !== undefined) return shape.const;
  if (shape.default !== undefined && shape.default !== null) return shape.default;
  if (shape.enum) return shape.enum[0];
  const choice = (shape.anyOf ?? shape.oneOf)?.find((one) => one.type !== 'null');
  if (choice) return example(choice, depth);
  if (depth > 6) return null;
  if (shape.type === 'object' || shape.properties) {
    return Object.fromEntries(Object.entries(shape.properties ?? {})
      .map(([name, inner]) => [name, example(inner, depth + 1)]));
  }
  if (shape.type === 'array') return [example(shape.items, depth + 1)];
  if (shape.format === 'uuid') return '018f2b7a-0000-7000-8000-000000000001';
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

function fieldRows(schema, prefix = '', depth = 0) {
  const shape = resolve(schema);
  const needed = new Set(shape.required ?? []);
  return Object.entries(shape.properties ?? {}).flatMap(([name, inner]) => {
    const at = prefix ? `${prefix}.${name}` : name;
    const row = node('tr', {}, node('td', {}, node('code', {}, at)), node('td', {}, typeName(inner)),
      node('td', {}, `${word(needed.has(name) ? 'required' : 'optional')}. ${resolve(inner).description ?? ''}`));
    const deeper = resolve(inner).type === 'array' ? resolve(inner).items : inner;
    return depth < 2 ? [row, ...fieldRows(deeper, at, depth + 1)] : [row];
  });
}

function shapeTable(schema) {
  const rows = fieldRows(schema);
  if (!rows.length) return null;
  return node('details', {}, node('summary', {}, word('shape')), node('table', {}, node('tbody', {}, ...rows)));
}

const bodySchema = (operation) => operation.requestBody?.content?.['application/json']?.schema;

function securityHeaders(operation) {
  const held = Object.fromEntries(CREDENTIALS.map(([id]) => [id, sessionStorage.getItem(id) ?? '']));
  const headers = {};
  for (const need of operation.security ?? []) {
    for (const scheme of Object.keys(need)) {
      if (scheme === 'session') headers['Huoqi-Session'] = held.session || 'SESSION';
      if (scheme === 'stepUp') headers['Huoqi-Step-Up'] = held.stepUp || 'GRANT';
      if (scheme === 'apiKey') headers.Authorization = `Bearer ${held.key || 'hq_test_KEY'}`;
    }
  }
  const names = (operation.parameters ?? []).map((one) => resolve(one).name);
  if (names.includes('Idempotency-Key')) headers['Idempotency-Key'] = crypto.randomUUID();
  return headers;
}

function samples(operation) {
  const headers = securityHeaders(operation);
  const schema = bodySchema(operation);
  const body = schema ? JSON.stringify(example(schema), null, 2) : null;
  const address = `${location.origin}${operation.path}`;
  const curl = [`curl -X ${operation.method.toUpperCase()} '${address}'`,
    ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`),
    ...(body ? ["-H 'Content-Type: application/json'", `-d '${body}'`] : [])].join(' \\\n  ');
  const python = ['import json, urllib.request', '', 'request = urllib.request.Request(',
    `    "${address}",`, `    method="${operation.method.toUpperCase()}",`,
    `    headers=${JSON.stringify({ ...headers, ...(body ? { 'Content-Type': 'application/json' } : {}) })},`,
    ...(body ? [`    data=b'${JSON.stringify(JSON.parse(body))}',`] : []), ')',
    'print(json.load(urllib.request.urlopen(request)))'].join('\n');
  return node('details', {}, node('summary', {}, word('samples')),
    node('h4', {}, 'curl'), node('pre', { tabindex: 0 }, curl),
    node('h4', {}, 'Python'), node('pre', { tabindex: 0 }, python));
}

function parameterTable(operation) {
  const rows = (operation.parameters ?? []).map(resolve).map((one) => node('tr', {},
    node('td', {}, node('code', {}, one.name)), node('td', {}, one.in),
    node('td', {}, `${word(one.required ? 'required' : 'optional')}. ${one.description ?? ''} `,
      node('span', { class: 'muted' }, typeName(one.schema)))));
  if (!rows.length) return null;
  const head = node('tr', {}, ...['name', 'where', 'meaning'].map((key) => node('th', { scope: 'col' }, word(key))));
  return node('table', {}, node('caption', {}, word('parameters')), node('thead', {}, head), node('tbody', {}, ...rows));
}

function answers(operation) {
  const rows = Object.entries(operation.responses ?? {}).map(([status, raw]) => {
    const answer = resolve(raw);
    const schema = Object.values(answer.content ?? {})[0]?.schema;
    return node('tr', {}, node('td', {}, status),
      node('td', {}, answer.description ?? '', schema && status < '300' ? shapeTable(schema) : null));
  });
  return node('table', {}, node('caption', {}, word('answers')), node('tbody', {}, ...rows));
}

function tryForm(operation) {
  const inputs = (operation.parameters ?? []).map(resolve).filter((one) => one.in !== 'header')
    .map((one) => ({ one, input: node('input', { 'aria-required': String(!!one.required) }) }));
  const schema = bodySchema(operation);
  const area = schema ? node('textarea', { 'aria-label': word('body'), spellcheck: 'false' }) : null;
  if (area) area.value = JSON.stringify(example(schema), null, 2);
  const output = node('pre', { tabindex: 0, 'aria-live': 'polite' });
  const send = async (event) => {
    event.preventDefault();
    output.textContent = word('waiting');
    const query = new URLSearchParams();
    let path = operation.path;
    for (const { one, input } of inputs) {
      if (one.in === 'path') path = path.replace(`{${one.name}}`, encodeURIComponent(input.value));
      else if (input.value) query.set(one.name, input.value);
    }
    const headers = securityHeaders(operation);
    if (area) headers['Content-Type'] = 'application/json';
    headers['Accept-Language'] = state.language === 'zh' ? 'zh-CN' : 'en';
    try {
      const reply = await fetch(`${path}${query.size ? `?${query}` : ''}`,
        { method: operation.method.toUpperCase(), headers, body: area?.value });
      const text = await reply.text();
      let shown = text;
      try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* shown as it came */ }
      output.className = reply.ok ? 'good' : 'bad';
      output.textContent = `${reply.status} ${reply.statusText}\n${shown}`;
    } catch {
      output.className = 'bad';
      output.textContent = word('noAnswer');
    }
  };
  return node('details', {}, node('summary', {}, word('tryIt')), node('form', { onsubmit: send },
    node('div', { class: 'fields' },
      ...inputs.map(({ one, input }) => node('label', {}, one.name, input))),
    area, node('p', {}, node('button', { class: 'send', type: 'submit' }, word('send')))), output);
}

function section(operation) {
  return node('section', { class: 'operation', id: operation.operationId },
    node('h3', {}, titleOf(operation)),
    node('p', { class: 'line' }, node('span', { class: 'method' }, operation.method.toUpperCase()), ` ${operation.path}`),
    node('p', {}, operation.description ?? ''), parameterTable(operation),
    bodySchema(operation) ? shapeTable(bodySchema(operation)) : null,
    answers(operation), samples(operation), tryForm(operation));
}

function contents(shown) {
  const groups = Map.groupBy
    ? Map.groupBy(shown, (operation) => operation.tags?.[0] ?? '')
    : shown.reduce((all, one) => all.set(one.tags?.[0] ?? '', [...(all.get(one.tags?.[0] ?? '') ?? []), one]), new Map());
  return [...groups].flatMap(([tag, members]) => [node('h2', {}, tag),
    node('ul', {}, ...members.map((one) => node('li', {}, node('a', { href: `#${one.operationId}` }, titleOf(one)))))]);
}

function render() {
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = word(element.dataset.text);
  const button = document.getElementById('language');
  button.textContent = state.language === 'zh' ? 'English' : '中文';
  button.lang = state.language === 'zh' ? 'en' : 'zh-CN';
  const wanted = document.getElementById('search').value.trim().toLowerCase();
  const shown = operations().filter((one) =>
    [one.path, one.method, one.summary, one['x-summary-zh'], one.description, one.operationId]
      .join(' ').toLowerCase().includes(wanted));
  document.getElementById('contents').replaceChildren(...contents(shown));
  document.getElementById('operations').replaceChildren(...shown.map(section));
  document.getElementById('status').textContent = `${shown.length} ${word('found')}`;
}

function credentialFields() {
  const fields = CREDENTIALS.map(([id, label]) => {
    const input = node('input', { autocomplete: 'off', spellcheck: 'false',
      oninput: (event) => sessionStorage.setItem(id, event.target.value) });
    input.value = sessionStorage.getItem(id) ?? '';
    return node('label', {}, label, input);
  });
  const box = document.getElementById('credential-fields');
  box.className = 'fields';
  box.replaceChildren(...fields);
}

async function begin() {
  credentialFields();
  try {
    state.contract = await (await fetch('/openapi.json')).json();
  } catch (error) {
    document.getElementById('status').textContent = word('failed') + error.message;
    return;
  }
  document.getElementById('search').addEventListener('input', render);
  document.getElementById('language').addEventListener('click', () => {
    state.language = state.language === 'zh' ? 'en' : 'zh';
    sessionStorage.setItem('language', state.language);
    render();
  });
  render();
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

begin();
