/** A list by cursor as a table of any length: pages come before the reader reaches their end. */
import type { VNode } from "preact";
import type { Paged } from "../../lib/pages";
import { Button } from "../Button";
import { Empty, Loading, Refused } from "../states";
import { type Column, VirtualTable } from "../VirtualTable";
import { useWords } from "./words";

interface Props<T> {
  of: Paged<T>;
  label: string;
  columns: readonly Column<T>[];
  onOpen?: (row: T) => void;
  /** What is said when there is nothing. */
  empty?: string;
  clear?: (() => void) | undefined;
  minWidth?: string;
  height?: string;
}

/** Pages are asked for this many rows ahead: at full speed a reader never meets the end. */
const AHEAD = 1_500;

export function PagedTable<T>(props: Props<T>): VNode {
  const { of, label, columns, onOpen, minWidth, height } = props;
  const t = useWords();
  if (of.rows.length === 0) return <Nothing {...props} />;
  return (
    <div class="stack-s">
      {of.isOld && <p class="as-of row-apart small" role="status">{t.newer}<Button look="plain" onPress={of.reload}>{t.loadNewer}</Button></p>}
      <VirtualTable
        label={label} columns={columns} rows={of.rows} onOpen={onOpen} onEnd={of.next} ahead={AHEAD}
        total={of.cursor === null ? of.rows.length : -1} {...(minWidth ? { minWidth } : {})} {...(height ? { height } : {})}
      />
      {of.error && <Refused failure={of.error} retry={of.reload} quiet />}
    </div>
  );
}

function Nothing<T>({ of, empty, clear }: Props<T>): VNode {
  const t = useWords();
  if (of.error) return <Refused failure={of.error} retry={of.reload} quiet />;
  if (of.loading) return <Loading lines={10} height="30rem" retry={of.reload} />;
  return <Empty text={empty ?? t.noneFound} action={clear && { text: t.clearFilters, onPress: clear }} />;
}
