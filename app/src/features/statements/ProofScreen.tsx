/** The proof of a balance: checked here, step by step, or taken along to be checked without us. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { Page } from "../../components/Page";
import { Refused } from "../../components/states";
import { fetchBytes } from "../../lib/http";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { type Failure, isFailure } from "../../lib/problem";
import { type Checked, checkProof, type Known } from "../../lib/proof";
import en from "./messages.en";
import { Found } from "./ProofSteps";
import zh from "./messages.zh";

const FILE = "/v1/me/proof";
/** No proof is longer; a larger file is not read whole. */
const MOST_BYTES = 4_096;

export function ProofScreen(): VNode {
  const t = useText(zh, en);
  const { busy, failure, found, checkNow, checkFile } = useChecking();
  return (
    <Page title={t.proof} back={places.me()}>
      <p>{t.proofAbout}</p>
      <Button busy={busy} onPress={() => void checkNow()}>{t.proofNow}</Button>
      <div class="grid-2">
        <a class="button button-second" href={FILE} download>{t.proofFile}</a>
        <label class="button button-second file">
          <span>{t.proofChoose}</span>
          <input type="file" class="hidden-visually" accept=".hqp" onChange={(event) => void checkFile(event.currentTarget)} />
        </label>
      </div>
      {failure && <Refused failure={failure} />}
      {found && <Found key={found.at} checked={found.checked} ms={found.ms} />}
      <section class="stack-s">
        <h2>{t.caveatsTitle}</h2>
        <ul class="stack-s bullets">{t.caveats.map((one) => <li key={one}>{one}</li>)}</ul>
      </section>
      <p class="small muted">{t.proofSigners}</p>
      <p class="small muted">{t.proofCheck}</p>
    </Page>
  );
}

interface Result {
  checked: Checked;
  ms: number;
  at: number;
}

interface Checking {
  busy: boolean;
  failure: Failure | undefined;
  found: Result | undefined;
  checkNow: () => Promise<void>;
  checkFile: (input: HTMLInputElement) => Promise<void>;
}

/** Fetches a proof or reads a saved one, and looks at it; nothing of it is sent anywhere. */
function useChecking(): Checking {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [found, setFound] = useState<Result>();
  const attempt = async (content: () => Promise<Uint8Array<ArrayBuffer>>, isNewest: boolean) => {
    setBusy(true);
    setFailure(undefined);
    setFound(undefined);
    try {
      const bytes = await content();
      const known = await published(bytes, isNewest);
      const begun = performance.now();
      const checked = await checkProof(bytes, known);
      setFound({ checked, ms: performance.now() - begun, at: begun });
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const checkNow = () => attempt(() => fetchBytes(FILE), true);
  const checkFile = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (file) await attempt(async () => new Uint8Array(await file.slice(0, MOST_BYTES).arrayBuffer()), false);
    input.value = "";
  };
  return { busy, failure, found, checkNow, checkFile };
}

/** Returns keys and root as everybody can read them; without a network what was read before. */
async function published(bytes: Uint8Array<ArrayBuffer>, isNewest: boolean): Promise<Known> {
  const day = (await checkProof(bytes, {})).proof?.on;
  const query = isNewest || !day ? { limit: 1 } : { date: day };
  const [keys, seals] = await Promise.all([
    quietly(() => api.get("/v1/proof-keys")),
    quietly(() => api.get("/v1/seals", { query })),
  ]);
  return { keys: keys?.keys.map((one) => one.public_key), ...(seals && listed(seals.data[0], isNewest)) };
}

/** Returns what the list says of a day; one that is not in it has no root that anybody knows. */
function listed(seal: Schemas["SealView"] | undefined, isNewest: boolean): Known {
  return { root: seal?.root ?? "", on: isNewest ? seal?.on : undefined };
}

/** Returns nothing where it cannot be had: the check goes on without it, and says so. */
async function quietly<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!isFailure(error)) throw error;
    return undefined;
  }
}
