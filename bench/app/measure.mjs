// Lighthouse (mobile) on pages of a running platform; prints one JSON array.
// Use: node measure.mjs CHROMIUM '{"pages": [{"name", "url", "headers"}], "flags": [], "runs": 3}'
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, asked] = process.argv.slice(2);
const { pages, flags, runs, detail } = JSON.parse(asked);

/** Returns the run in the middle, by its performance and then by when the page is there. */
function middle(results) {
  const ordered = results.toSorted((a, b) => a.performance - b.performance || b.lcp_ms - a.lcp_ms);
  return ordered[Math.floor(ordered.length / 2)];
}

async function measure(page, port) {
  const options = { port, output: "json", logLevel: "error", extraHeaders: page.headers, onlyCategories: ["performance", "accessibility", "best-practices"] };
  const { lhr } = await lighthouse(page.url, options);
  if (lhr.runtimeError) throw new Error(`${page.name}: ${lhr.runtimeError.message}`);
  const score = (name) => Math.round(lhr.categories[name].score * 100);
  const failed = Object.values(lhr.audits).filter((a) => a.score !== null && a.score < 0.9 && a.scoreDisplayMode !== "informative");
  return {
    name: page.name,
    performance: score("performance"),
    accessibility: score("accessibility"),
    best_practices: score("best-practices"),
    lcp_ms: Math.round(lhr.audits["largest-contentful-paint"].numericValue),
    cls: Math.round(lhr.audits["cumulative-layout-shift"].numericValue * 1000) / 1000,
    fcp_ms: Math.round(lhr.audits["first-contentful-paint"].numericValue),
    tbt_ms: Math.round(lhr.audits["total-blocking-time"].numericValue),
    speed_index_ms: Math.round(lhr.audits["speed-index"].numericValue),
    bytes: lhr.audits["total-byte-weight"].numericValue,
    could_be_better: failed.map((a) => a.id),
    ...(detail ? { audits: Object.fromEntries(failed.map((a) => [a.id, a.details ?? a.displayValue])), lcp: lhr.audits["lcp-breakdown-insight"]?.details ?? lhr.audits["largest-contentful-paint-element"]?.details, requests: lhr.audits["network-requests"].details.items.map((r) => [r.url, r.transferSize, Math.round(r.networkRequestTime), Math.round(r.networkEndTime), r.priority]) } : {}),
    lighthouse: lhr.lighthouseVersion,
  };
}

/** Measures in a browser of its own: no copy of the run before, no service worker. */
async function once(page) {
  const chrome = await launch({ chromePath, chromeFlags: flags, logLevel: "error" });
  try {
    return await measure(page, chrome.port);
  } finally {
    await chrome.kill();
  }
}

/** Tries again where the browser's trace was lost, which a busy machine brings about. */
async function patiently(page) {
  for (let left = 2; ; left--) {
    try {
      return await once(page);
    } catch (error) {
      if (left === 0) throw error;
      console.error(`${error.message} Trying again.`);
    }
  }
}

const found = [];
for (const page of pages) {
  const results = [];
  for (let run = 0; run < runs; run++) results.push(await patiently(page));
  console.error(`${page.name}: ${results.map((r) => `${r.performance} (${r.lcp_ms} ms)`).join(", ")}`);
  found.push(middle(results));
}
console.log(JSON.stringify(found));
