// The page where a code is written: nothing of whoever was here before stays, and what waits is sent.

import { forgetAll } from "/static/js/answer/copy.js";
import { openDatabase } from "/static/js/answer/database.js";
import { Outbox } from "/static/js/answer/outbox.js";
import { secure } from "/static/js/answer/sealing.js";
import { Status } from "/static/js/answer/status.js";

const { sendTo, worker, texts } = JSON.parse(document.getElementById("entrance").textContent);
const database = await openDatabase(secure);
await forgetAll(database);
const outbox = new Outbox(database, { sendTo });
const status = new Status(document.getElementById("saving"), texts, outbox);
await outbox.count();
status.show();
outbox.send();
navigator.serviceWorker?.register(worker).catch(() => {});
document.documentElement.dataset.ready = "";
