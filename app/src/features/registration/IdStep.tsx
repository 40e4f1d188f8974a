/** The ID number: checked here first, then by the authority; under 18 the exact date is told. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { Field } from "../../components/Field";
import { Step } from "../../components/flow/Step";
import { Refused } from "../../components/states";
import { enter, newcomer } from "../../lib/arrival";
import { isProblem, useDoing, wordsOf } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { birthOf, cleanNationalId, nationalIdFault } from "../../lib/national-id";
import { isFailure, Problem } from "../../lib/problem";
import en from "./messages.en";
import zh from "./messages.zh";
import { type Outcome, OutcomeCard } from "./OutcomeCard";
import { STEPS } from "./steps";

const AT_ID = ["identity.malformed", "identity.old_format", "identity.no_such_region", "identity.no_such_date", "identity.checksum", "identity.not_found", "identity.name_mismatch"];

interface Props {
  token: string;
  name: string;
  /** The name is what is wrong: back to it, with these words. */
  onName: (words: string) => void;
}

export function IdStep({ token, name, onName }: Props): VNode {
  const t = useText(zh, en);
  const [id, setId] = useState("");
  const [fault, setFault] = useState<string>();
  const [outcome, setOutcome] = useState<Outcome>();
  const doing = useDoing();
  const identify = () => doing.run(async () => {
    const body = { application_token: token, name, national_id: id, device: "" };
    const made = await api.post("/v1/registrations/identity", { body }).catch((error: unknown) => {
      const known = isFailure(error) && error instanceof Problem ? outcomeOf(error) : undefined;
      if (!known) throw error;
      return setOutcome(known);
    });
    if (!made) return;
    if (!made.session) return setOutcome({ kind: "review", by: made.expected_by });
    newcomer.set({ phone: newcomer.value?.phone ?? "", bornOn: birthOf(id) });
    await enter(places.registerSecure());
  });
  const next = () => {
    const found = nationalIdFault(id);
    setFault(found && t.idFault[found]);
    if (!found) void identify();
  };
  if (outcome) return <OutcomeCard outcome={outcome} busy={doing.busy} onAgain={next} onChange={() => setOutcome(undefined)} />;
  const beside = wordsOf(doing.failure, AT_ID);
  return (
    <Step
      progress={[4, STEPS]}
      title={t.idTitle}
      why={t.idWhy}
      next={t.verify}
      busy={doing.busy}
      onNext={next}
      others={isProblem(doing.failure, "identity.name_mismatch", "identity.name_malformed") && (
        <Button look="plain" onPress={() => onName(wordsOf(doing.failure) ?? "")}>{t.editName}</Button>
      )}
    >
      <Field
        label={t.nationalId}
        value={id}
        hint={t.idHint(id.length)}
        error={fault ?? beside}
        onInput={(typed) => {
          setId(cleanNationalId(typed));
          setFault(undefined);
          doing.clear();
        }}
      />
      {doing.failure && !beside && <Refused failure={doing.failure} retry={next} />}
    </Step>
  );
}

/** Returns the refusals that are an end of the step by themselves. */
function outcomeOf(problem: Problem): Outcome | undefined {
  const from = problem.facts["adult_from"];
  if (problem.code === "identity.under_age" && typeof from === "string") return { kind: "under_age", from };
  if (problem.code === "identity.authority_down") return { kind: "down" };
  return problem.code === "identity.already_registered" ? { kind: "exists" } : undefined;
}
