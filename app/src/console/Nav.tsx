/** Where the console leads: groups at the side, a menu on narrow screens. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CalendarIcon, CardIcon, ClockIcon, FileIcon, FundIcon, ListIcon, MenuIcon, SearchIcon, ShieldIcon, CheckIcon, BellIcon, HelpIcon } from "../components/icons";
import { currentOf, type NavItem } from "../components/Shell";
import { useKitText } from "../components/text";
import { useText } from "../lib/i18n";
import { usePath } from "../lib/router";
import { type Role, useStaff } from "../lib/staff";
import { useValue } from "../lib/state";
import { pendingApprovals } from "./live";
import en from "./messages.en";
import zh from "./messages.zh";

interface Place extends NavItem {
  /** Who may read it; without it everybody of the staff. */
  roles?: readonly Role[];
}
interface Group {
  name: string;
  items: readonly Place[];
}

const CLERKS: readonly Role[] = ["support", "operator", "compliance", "finance", "approver", "viewer"];
const SUPPORT: readonly Role[] = ["support", "operator", "compliance"];
const FINANCE: readonly Role[] = ["finance", "operator", "viewer"];
const INVESTIGATORS: readonly Role[] = ["compliance", "operator"];
const AUDITORS: readonly Role[] = ["compliance", "operator", "approver", "finance", "viewer"];

function useGroups(): readonly Group[] {
  const t = useText(zh, en);
  const count = useValue(pendingApprovals);
  return [
    { name: t.groupDay, items: [
      { href: "/console/", text: t.close, icon: <ClockIcon />, also: ["/console/close"] },
      { href: "/console/breaks", text: t.breaks, icon: <BellIcon /> },
      { href: "/console/approvals", text: t.approvals, icon: <CheckIcon />, count, also: ["/console/propose"] },
    ] },
    { name: t.groupMoney, items: [
      { href: "/console/liquidity", text: t.liquidity, icon: <FundIcon /> },
      { href: "/console/payouts", text: t.payouts, icon: <CardIcon />, roles: SUPPORT },
      { href: "/console/debts", text: t.debts, icon: <FileIcon />, roles: FINANCE },
      { href: "/console/connections", text: t.connections, icon: <HelpIcon /> },
    ] },
    { name: t.groupBooks, items: [
      { href: "/console/orders", text: t.orders, icon: <SearchIcon />, roles: CLERKS, also: ["/console/customers"] },
      { href: "/console/ledger", text: t.ledger, icon: <ListIcon /> },
    ] },
    { name: t.groupCare, items: [
      { href: "/console/cases", text: t.cases, icon: <SearchIcon />, roles: INVESTIGATORS },
      { href: "/console/legal-orders", text: t.legalOrders, icon: <ShieldIcon />, roles: INVESTIGATORS },
      { href: "/console/estates", text: t.estates, icon: <FileIcon />, roles: INVESTIGATORS },
    ] },
    { name: t.groupRules, items: [
      { href: "/console/policies", text: t.policies, icon: <FileIcon /> },
      { href: "/console/calendar", text: t.calendar, icon: <CalendarIcon /> },
      { href: "/console/audit", text: t.audit, icon: <ShieldIcon />, roles: AUDITORS },
    ] },
  ];
}

export function ConsoleNav(): VNode {
  const t = useText(zh, en);
  const kit = useKitText();
  const path = usePath();
  const staff = useStaff();
  const [isOpen, setOpen] = useState(false);
  const groups = useGroups().map(({ name, items }) => ({ name, items: items.filter((item) => !item.roles || staff.is(...item.roles)) }));
  const current = currentOf(groups.flatMap((group) => group.items), path) ?? groups[0]?.items[0];
  useEffect(() => setOpen(false), [path]);
  return (
    <nav class={isOpen ? "nav desk-nav open" : "nav desk-nav"} aria-label={kit.mainNav}>
      <button type="button" class="button button-second desk-menu" aria-expanded={isOpen} aria-controls="desk-groups" onClick={() => setOpen(!isOpen)}>
        <MenuIcon /><span>{current?.text ?? t.menu}</span><span class="hidden-visually"> · {t.menu}</span>
      </button>
      <div id="desk-groups" class="desk-groups">
        {groups.filter((group) => group.items.length > 0).map((group) => (
          <div key={group.name}>
            <p class="tiny muted desk-group">{group.name}</p>
            <ul>{group.items.map((item) => <Entry key={item.href} item={item} isCurrent={item === current} />)}</ul>
          </div>
        ))}
      </div>
    </nav>
  );
}

function Entry({ item, isCurrent }: { item: Place; isCurrent: boolean }): VNode {
  const t = useText(zh, en);
  return (
    <li>
      <a href={item.href} aria-current={isCurrent ? "page" : undefined}>
        {item.icon}<span>{item.text}</span>
        {!!item.count && <span class="count" data-testid="pending">{item.count}<span class="hidden-visually"> {t.waiting}</span></span>}
      </a>
    </li>
  );
}
