/** The developer's pages. */
import "../design/dev.css";
import { startEntry } from "../lib/start";
import { DevFrame } from "./Frame";
import { routes } from "./routes";

startEntry({ door: "developer", home: "/dev/", routes, Frame: DevFrame });
