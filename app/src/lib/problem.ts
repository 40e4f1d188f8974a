/** What can come instead of an answer; each kind tells whether something may have happened. */

export interface FieldFault {
  pointer: string;
  code: string;
}

/** The server refused, and says why. Nothing was done unless the code says otherwise. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly requestId: string,
    readonly nextSteps: readonly string[],
    readonly facts: Readonly<Record<string, unknown>>,
    readonly errors: readonly FieldFault[],
    readonly retryAfterMs: number | undefined,
  ) {
    super(`${status} ${code}`);
  }

  /** Tells whether the server decided; after a fault of its own the same request must be repeated. */
  get isFinal(): boolean {
    return this.status < 500 && this.status !== 429 && this.code !== "idempotency.in_progress";
  }
}

/** The request never left this device. */
export class Offline extends Error {
  override readonly name = "Offline";
}

/** The request may have arrived, but no answer came back. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** An earlier attempt with other content still waits for its answer. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";

  constructor(readonly body: unknown) {
    super("an earlier attempt waits for its answer");
  }
}

export type Failure = Problem | Offline | NoAnswer | Unanswered;

export function isFailure(error: unknown): error is Failure {
  return (
    error instanceof Problem || error instanceof Offline ||
    error instanceof NoAnswer || error instanceof Unanswered
  );
}

/** Returns the problem in an answer that is not a success. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = await jsonOrNothing(response);
  const text = (key: string) => (typeof body[key] === "string" ? body[key] : "");
  const wait = response.headers.get("Retry-After");
  return new Problem(
    response.status,
    text("code") || `http.${response.status}`,
    text("title"),
    text("detail"),
    text("request_id") || (response.headers.get("Huoqi-Request-Id") ?? ""),
    Array.isArray(body["next_steps"]) ? body["next_steps"].map(String) : [],
    isRecord(body["facts"]) ? body["facts"] : {},
    Array.isArray(body["errors"]) ? body["errors"].filter(isFault) : [],
    wait && /^\d+$/.test(wait) ? parseInt(wait, 10) * 1000 : undefined,
  );
}

async function jsonOrNothing(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return isRecord(body) ? body : {};
  } catch {
    return {}; // a proxy's page, or an answer cut short: the status alone has to do
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFault(value: unknown): value is FieldFault {
  return isRecord(value) && typeof value["pointer"] === "string" && typeof value["code"] === "string";
}
