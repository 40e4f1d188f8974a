/** All that a customer has with us, shelf by shelf; the total is their sum to the fen. */
import { sum } from "./money";

interface Fen {
  amount: string;
}

export interface Shelves {
  cash: Fen;
  cash_held: Fen;
  data: readonly { units: { units: string }; accrued: Fen; unconfirmed: Fen }[];
}

/** Returns cash and held cash, and of each fund the units (¥1.00 each), accrued and unconfirmed money. */
export function totalOf(shelves: Shelves): bigint {
  return sum([
    shelves.cash.amount,
    shelves.cash_held.amount,
    ...shelves.data.flatMap((one) => [one.units.units, one.accrued.amount, one.unconfirmed.amount]),
  ]);
}
