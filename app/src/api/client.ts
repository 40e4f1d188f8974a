/** The API with its types: paths, bodies and answers come from the committed description. */
import { type Call, type Method, request } from "../lib/http";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

type Verb = "get" | "post" | "put" | "delete";
type Operation<P extends keyof paths, V extends Verb> = paths[P][V];
type PathsOf<V extends Verb> = {
  [P in keyof paths]: Operation<P, V> extends { responses: object } ? P : never;
}[keyof paths];
type Success<R> = R extends object ? R[keyof R & (200 | 201 | 202)] : never;
export type Answer<P extends keyof paths, V extends Verb> =
  Operation<P, V> extends { responses: infer R }
    ? Success<R> extends { content: { "application/json": infer Body } } ? Body : undefined
    : never;
type InPath<O> = O extends { parameters: { path: infer X extends object } } ? { path: X } : { path?: never };
type InQuery<O> = O extends { parameters: { query?: infer X } } ? { query?: NonNullable<X> } : object;
type InBody<O> = O extends { requestBody: { content: { "application/json": infer B } } }
  ? { body: B }
  : O extends { requestBody?: { content: { "application/json": infer B } } } ? { body?: B } : object;
type Rest = Pick<Call, "idempotencyKey" | "grant" | "timeoutMs" | "signal">;
export type Options<P extends keyof paths, V extends Verb> =
  InPath<Operation<P, V>> & InQuery<Operation<P, V>> & InBody<Operation<P, V>> & Rest;
type Arguments<O> = object extends O ? [options?: O] : [options: O];

interface Loose extends Call {
  path?: Record<string, string>;
}

type Caller<V extends Verb> = <P extends PathsOf<V>>(
  path: P,
  ...rest: Arguments<Options<P, V>>
) => Promise<Answer<P, V>>;

function caller<V extends Verb>(verb: V): Caller<V> {
  const send = (path: string, options: Loose = {}) =>
    request<unknown>(verb.toUpperCase() as Method, fill(path, options.path), options);
  return send as Caller<V>;
}

/** Typed calls: `api.get("/v1/funds/{fund}", { path: { fund } })`. */
export const api = {
  get: caller("get"),
  post: caller("post"),
  put: caller("put"),
  delete: caller("delete"),
};

export type GetPath = PathsOf<"get">;

/** Returns a path with its parameters put in, each encoded. */
export function fill(path: string, parameters: Readonly<Record<string, string>> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ""));
}
