/** Passkeys: the browser's own dialog, with options and answers as JSON on the wire. */

/** The person closed the browser's dialog, or it timed out. */
export class PasskeyCancelled extends Error {
  override readonly name = "PasskeyCancelled";
}

type Json = Record<string, unknown>;

export function passkeysWork(): boolean {
  return typeof PublicKeyCredential === "function" && isSecureContext;
}

/** Makes a new passkey from the server's options; returns what the server wants to see. */
export async function makePasskey(options: Json, signal?: AbortSignal): Promise<Json> {
  const publicKey = {
    ...options,
    challenge: bytes(options["challenge"]),
    user: { ...(options["user"] as Json), id: bytes((options["user"] as Json)["id"]) },
    excludeCredentials: descriptors(options["excludeCredentials"]),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = await asked(navigator.credentials.create({ publicKey, ...(signal ? { signal } : {}) }));
  const response = made.response as AuthenticatorAttestationResponse;
  return credential(made, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
    transports: response.getTransports(),
  });
}

/** Signs the server's challenge with a passkey of this device. */
export async function usePasskey(options: Json, signal?: AbortSignal): Promise<Json> {
  const publicKey = {
    ...options,
    challenge: bytes(options["challenge"]),
    allowCredentials: descriptors(options["allowCredentials"]),
  } as unknown as PublicKeyCredentialRequestOptions;
  const made = await asked(navigator.credentials.get({ publicKey, ...(signal ? { signal } : {}) }));
  const response = made.response as AuthenticatorAssertionResponse;
  return credential(made, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

async function asked(answer: Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const made = await answer;
    if (made instanceof PublicKeyCredential) return made;
  } catch (error) {
    const isRefusal = error instanceof DOMException && ["NotAllowedError", "AbortError", "InvalidStateError"].includes(error.name);
    if (!isRefusal) throw error;
  }
  throw new PasskeyCancelled();
}

function credential(made: PublicKeyCredential, response: Json): Json {
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    authenticatorAttachment: made.authenticatorAttachment,
    clientExtensionResults: made.getClientExtensionResults(),
    response,
  };
}

function descriptors(list: unknown): unknown[] {
  return Array.isArray(list) ? list.map((one: Json) => ({ ...one, id: bytes(one["id"]) })) : [];
}

/** Returns the bytes of base64url. */
export function bytes(value: unknown): Uint8Array<ArrayBuffer> {
  const plain = String(value).replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
}

/** Returns bytes as base64url without padding. */
export function text(buffer: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
