// Our own lint rules; each has lines it accepts and lines it refuses in examples.mjs.
import { dirname, relative, resolve } from "node:path";

const MONEY = /(^|[^a-z])(amount|fen|yuan|units|income|balance|cash|money|theta|remainder|per_?10k|yield|price|fee|total)|_e[0-9]\b/i;
const DEVICE_STORES = new Set(["localStorage", "sessionStorage", "indexedDB"]);
const SETTINGS = /\/lib\/settings\.ts$/;
const DRAWING = /\/lib\/scale\.ts$/;
const SPOKEN = new Set(["aria-label", "aria-description", "alt", "title", "placeholder", "label", "hint", "error", "text"]);

const rule = (message, create) => ({
  meta: { type: "problem", schema: [], messages: { no: message } },
  create,
});
const posix = (path) => path.replaceAll("\\", "/");
const featureOf = (path) => /\/features\/([^/]+)\//.exec(posix(path))?.[1];
const layerOf = (path) => /\/src\/(lib|api|components|design|features|bar|customer|console|dev)\//.exec(posix(path))?.[1];
const ALLOWED = {
  lib: ["lib", "api"],
  api: ["api", "lib"],
  components: ["components", "lib", "api", "design"],
  bar: ["bar", "components", "lib", "api"],
  features: ["features", "components", "lib", "api"],
};

/** Features and layers: a feature imports no other one, the kit imports no feature. */
const boundaries = rule("{{from}} must not import {{to}}", (context) => {
  const check = (node) => {
    const name = node.source?.value;
    if (typeof name !== "string" || !name.startsWith(".")) return;
    const from = posix(context.filename);
    const to = `${posix(resolve(dirname(from), name))}/`;
    const [own, other] = [featureOf(from), featureOf(to)];
    const [layer, target] = [layerOf(from), layerOf(to)];
    const crossesFeature = own && other && own !== other;
    const crossesLayer = layer && target && ALLOWED[layer] && !ALLOWED[layer].includes(target);
    const startsEntry = from.endsWith("/lib/start.tsx") && target === "components";
    if (crossesFeature || (crossesLayer && !startsEntry))
      context.report({ node, messageId: "no", data: { from: own ?? layer, to: other ?? target } });
  };
  return { ImportDeclaration: check, ImportExpression: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
});

/** Words for people stand in messages. */
const untranslated = rule("text belongs into messages: {{text}}", (context) => {
  const isWords = (text) => /\p{L}{2,}|\p{Script=Han}/u.test(text);
  const refuse = (node, text) => context.report({ node, messageId: "no", data: { text: text.trim().slice(0, 40) } });
  const literal = (node) =>
    node?.type === "Literal" && typeof node.value === "string" ? node.value
      : node?.type === "TemplateLiteral" ? node.quasis.map((part) => part.value.raw).join(" ") : "";
  return {
    JSXText(node) {
      if (isWords(node.value)) refuse(node, node.value);
    },
    "JSXElement > JSXExpressionContainer, JSXFragment > JSXExpressionContainer"(node) {
      if (isWords(literal(node.expression))) refuse(node, literal(node.expression));
    },
    JSXAttribute(node) {
      const name = String(node.name.name ?? "");
      const value = node.value?.type === "JSXExpressionContainer" ? node.value.expression : node.value;
      if (SPOKEN.has(name) && isWords(literal(value))) refuse(node, literal(value));
    },
    Literal(node) {
      const inMessages = /\/messages\.(zh|en)\.ts$/.test(posix(context.filename));
      const inLib = /\/lib\//.test(posix(context.filename)); // dates and money have their own words
      if (!inMessages && !inLib && typeof node.value === "string" && /\p{Script=Han}/u.test(node.value)) refuse(node, node.value);
    },
  };
});

/** Money never becomes a float. */
const exactMoney = rule("money stays a string or bigint; see lib/money", (context) => {
  const text = (node) => context.sourceCode.getText(node);
  const isDrawing = DRAWING.test(posix(context.filename));
  return {
    CallExpression(node) {
      const name = text(node.callee).replace(/^Number\./, "");
      const converts = ["Number", "parseFloat", "parseInt"].includes(name);
      if (converts && !isDrawing && node.arguments.some((one) => MONEY.test(text(one)))) context.report({ node, messageId: "no" });
      if (/\.toFixed$/.test(text(node.callee)) && MONEY.test(text(node.callee.object ?? node.callee))) context.report({ node, messageId: "no" });
    },
    "UnaryExpression[operator='+']"(node) {
      if (MONEY.test(text(node.argument))) context.report({ node, messageId: "no" });
    },
  };
});

/** Nothing is stored on the device but four settings. */
const noStorage = rule("only lib/settings keeps things on the device", (context) => ({
  Identifier(node) {
    const isSettings = SETTINGS.test(posix(context.filename)) && node.name === "localStorage";
    const isProperty = node.parent.type === "Property" && node.parent.key === node && !node.parent.computed;
    if (DEVICE_STORES.has(node.name) && !isSettings && !isProperty) context.report({ node, messageId: "no" });
  },
  MemberExpression(node) {
    if (context.sourceCode.getText(node) === "document.cookie") context.report({ node, messageId: "no" });
  },
  "CallExpression[callee.property.name=/^(get|set)Item$/]"(node) {
    const key = node.arguments[0];
    const ownKeys = ["huoqi.language", "huoqi.theme", "huoqi.colours", "huoqi.hide"];
    if (key?.type === "Literal" && !ownKeys.includes(key.value)) context.report({ node, messageId: "no" });
  },
}));

/** No markup from strings: the content policy and escaping stay whole. */
const noMarkup = rule("no markup from strings", (context) => ({
  JSXAttribute(node) {
    if (node.name.name === "dangerouslySetInnerHTML") context.report({ node, messageId: "no" });
  },
  "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]"(node) {
    context.report({ node, messageId: "no" });
  },
}));

/** A file that only hands on what others export hides where things live. */
const noBarrel = rule("import from the file itself, not through {{name}}", (context) => ({
  "Program:exit"(node) {
    const handsOn = (one) => one.type === "ExportAllDeclaration" || (one.type === "ExportNamedDeclaration" && one.source);
    if (node.body.length > 0 && node.body.some(handsOn))
      context.report({ node, messageId: "no", data: { name: relative(process.cwd(), context.filename) } });
  },
}));

/** Key of the idempotency header is made by lib/keys alone. */
const ownKeys = rule("keys of money requests come from once() in lib/keys", (context) => ({
  "CallExpression[callee.property.name='randomUUID']"(node) {
    if (!/\/lib\/keys\.ts$/.test(posix(context.filename))) context.report({ node, messageId: "no" });
  },
}));

export default {
  rules: {
    boundaries,
    untranslated,
    "exact-money": exactMoney,
    "no-storage": noStorage,
    "no-markup": noMarkup,
    "no-barrel": noBarrel,
    "own-keys": ownKeys,
  },
};
