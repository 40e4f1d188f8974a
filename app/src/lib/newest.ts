/** Answers that overtake each other: only what was asked later than the last one taken counts. */
export class Newest {
  #asked = 0;
  #taken = 0;

  /** Returns the turn of a question that is about to be sent. */
  ask(): number {
    return ++this.#asked;
  }

  /** Returns whether the answer of a turn counts: none that was asked later has been taken. */
  take(turn: number): boolean {
    if (turn < this.#taken) return false;
    this.#taken = turn;
    return true;
  }
}
