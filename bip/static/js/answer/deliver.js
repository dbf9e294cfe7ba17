// Pages after the questions: what still waits on the device is sent from here too.

import { openDatabase } from "/static/js/answer/database.js";
import { Outbox } from "/static/js/answer/outbox.js";
import { secure } from "/static/js/answer/sealing.js";
import { Status } from "/static/js/answer/status.js";

const { sendTo, texts } = JSON.parse(document.getElementById("entrance").textContent);
const outbox = new Outbox(await openDatabase(secure), { sendTo });
const status = new Status(document.getElementById("saving"), texts, outbox);
await outbox.count();
status.show();
outbox.send();
