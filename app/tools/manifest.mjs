// What a phone shows when the app is installed.
export const ICON_NAME = "icon";

export function manifest(icon) {
  return {
    id: "/",
    name: "活期 Huoqi",
    short_name: "活期",
    lang: "zh-CN",
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: "#f5f6f9",
    theme_color: "#f5f6f9",
    icons: [
      { src: icon, sizes: "any", type: "image/svg+xml", purpose: "any" },
      { src: icon, sizes: "any", type: "image/svg+xml", purpose: "maskable" },
    ],
  };
}
