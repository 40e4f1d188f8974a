/** Drawn signs; decoration only, the words beside them tell what they are. */
import type { VNode } from "preact";

function Icon({ d, size = 24 }: { d: string; size?: number }): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} fill="none" stroke="currentColor"
      stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={d} />
    </svg>
  );
}

/** The mark: the sign 活 reduced to water (three drops), a tongue of flow and a mouth. */
export function Mark({ size = 32 }: { size?: number }): VNode {
  return (
    <svg class="mark" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="9" />
      <path class="mark-line" d="M7.5 8.5l2.5 2M6.5 14.5l2.5 1.7M7 24.5c1.4-1.6 2.4-3.4 3-5.2M24 7.2c-2.4 1-5.4 1.6-9 1.8M13.5 13.6h12M19.4 8.6v9.4M15 18.4h9v6.4h-9z" />
    </svg>
  );
}

export const BackIcon = () => <Icon d="M15 5l-7 7 7 7" />;
export const NextIcon = () => <Icon d="M9 5l7 7-7 7" />;
export const CloseIcon = () => <Icon d="M6 6l12 12M18 6L6 18" />;
export const EyeIcon = () => <Icon d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 110 5.6 2.8 2.8 0 010-5.6z" />;
export const EyeOffIcon = () => <Icon d="M4 4l16 16M9.5 6A9.5 9.5 0 0112 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 01-3 3.7M6.3 7.3A15.7 15.7 0 002.5 12S6 18.5 12 18.5a9 9 0 004.5-1.2" />;
export const HomeIcon = () => <Icon d="M4 11l8-7 8 7v9h-5.5v-6h-5v6H4z" />;
export const FundIcon = () => <Icon d="M4 18l5-6 4 3 7-9M15 6h5v5" />;
export const ListIcon = () => <Icon d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01" />;
export const PersonIcon = () => <Icon d="M12 4a4 4 0 110 8 4 4 0 010-8zM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5" />;
export const CardIcon = () => <Icon d="M3.5 6.5h17v11h-17zM3.5 10.5h17M7 14.5h3" />;
export const ShieldIcon = () => <Icon d="M12 3.5l7 2.5v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6zM9 12l2.2 2.2L15.2 10" />;
export const BellIcon = () => <Icon d="M6 16.5V11a6 6 0 0112 0v5.5l1.5 1.5h-15zM10 20.5h4" />;
export const HelpIcon = () => <Icon d="M12 3.5a8.5 8.5 0 110 17 8.5 8.5 0 010-17zM9.7 9.5a2.4 2.4 0 114 1.8c-1 .8-1.7 1.3-1.7 2.5M12 16.8h.01" />;
export const CalendarIcon = () => <Icon d="M4 6.5h16v13.5H4zM4 10.5h16M8.5 3.5v5M15.5 3.5v5" />;
export const FileIcon = () => <Icon d="M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4M9.5 12.5h5M9.5 16h5" />;
export const ClockIcon = () => <Icon d="M12 3.5a8.5 8.5 0 110 17 8.5 8.5 0 010-17zM12 7.5V12l3 2" />;
export const DeleteIcon = () => <Icon d="M9 6h11v12H9l-5.5-6zM12.5 9.8l4 4.4M16.5 9.8l-4 4.4" />;
export const CheckIcon = () => <Icon d="M5 12.5l4.5 4.5L19 7.5" />;
export const CrossIcon = CloseIcon;
export const MenuIcon = () => <Icon d="M4 7h16M4 12h16M4 17h16" />;
export const SearchIcon = () => <Icon d="M11 4.5a6.5 6.5 0 110 13 6.5 6.5 0 010-13zM16 16l4 4" />;
export const CopyIcon = () => <Icon d="M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4" />;
