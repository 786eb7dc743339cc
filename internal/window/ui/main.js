// The window starts here.
import { start } from "./start.js";

start(document.body);
