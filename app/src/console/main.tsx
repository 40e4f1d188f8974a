/** The operator's console. */
import "../design/console.css";
import { startEntry } from "../lib/start";
import { ConsoleFrame } from "./Frame";
import { routes } from "./routes";

startEntry({ door: "staff", home: "/console/", routes, Frame: ConsoleFrame });
