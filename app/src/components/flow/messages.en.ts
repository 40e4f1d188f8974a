/** Steps, phones and codes. */
import type { Same } from "../../lib/i18n";
import type zh from "./messages.zh";

const en: Same<typeof zh> = {
  step: (at, of) => `Step ${at} of ${of}`,
  phone: "Mobile number",
  phoneFault: "A mobile number has 11 digits and begins with 1.",
  send: "Send me a code",
  codeTitle: "Enter the code",
  sentTo: (phone) => `Sent to ${phone}. The sixth digit sends it; pasting works.`,
  code: "Six-digit code",
  sandboxCode: "In the sandbox it is always 123456.",
  again: "Send it again",
  againIn: (seconds) => `Again in ${seconds} s`,
  otherPhone: "Another number",
  checking: "Checking",
};
export default en;
