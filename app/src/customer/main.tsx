/** The customer app. */
import "../design/customer.css";
import { registerCopies } from "../lib/offline";
import { startEntry } from "../lib/start";
import { CustomerFrame } from "./Frame";
import { routes } from "./routes";

startEntry({ door: "customer", home: "/", routes, Frame: CustomerFrame });
registerCopies();
