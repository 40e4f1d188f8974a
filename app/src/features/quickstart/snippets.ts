/** Calls that work as they stand, in this order, in a shell with curl and Python 3. */

export interface Step {
  name: "key" | "persona" | "buy" | "tomorrow" | "holdings" | "wrong";
  code: string;
}

const FIELD = (path: string) => `python3 -c 'import json,sys; print(json.load(sys.stdin)${path})'`;

export function stepsFor(address: string): readonly Step[] {
  const json = `-H 'Content-Type: application/json'`;
  return [
    { name: "key", code: `HUOQI=${address}\nKEY=$(./huoqi key new my-program --role developer --program --json \\\n  | ${FIELD('["key"]')})` },
    {
      name: "persona",
      code: [
        `SAVER=$(curl -s -X POST $HUOQI/v1/sandbox/personas/saver/sessions -H "Authorization: Bearer $KEY")`,
        `SESSION=$(echo "$SAVER" | ${FIELD('["session"]["token"]')})`,
        `CARD=$(echo "$SAVER" | ${FIELD('["card_id"]')})`,
      ].join("\n"),
    },
    {
      name: "buy",
      code: [
        `GRANT=$(curl -s -X POST $HUOQI/v1/step-ups -H "Huoqi-Session: $SESSION" ${json} \\`,
        `  -d '{"payment_password": "271828"}' | ${FIELD('["grant"]')})`,
        `curl -s -X POST $HUOQI/v1/purchases -H "Huoqi-Session: $SESSION" -H "Huoqi-Step-Up: $GRANT" \\`,
        `  -H "Idempotency-Key: $(date +%s)-first" ${json} \\`,
        `  -d '{"fund": "990001", "amount": {"amount": "10000", "currency": "CNY"}, "card_id": "'$CARD'"}'`,
      ].join("\n"),
    },
    { name: "tomorrow", code: `curl -s -X POST $HUOQI/v1/sandbox/clock/advance -H "Authorization: Bearer $KEY" \\\n  ${json} -d '{"days": 1}'` },
    { name: "holdings", code: `curl -s $HUOQI/v1/holdings -H "Huoqi-Session: $SESSION"` },
    {
      name: "wrong",
      code: [
        `curl -s -X POST $HUOQI/v1/purchases -H "Huoqi-Session: $SESSION" -H "Huoqi-Step-Up: $GRANT" \\`,
        `  -H "Idempotency-Key: $(date +%s)-wrong" ${json} \\`,
        `  -d '{"fund": "990001", "amount": {"amount": 100.0, "currency": "CNY"}, "card_id": "'$CARD'"}'`,
      ].join("\n"),
    },
  ];
}
