// grammY as peer: `plain`, with its `throttler`, or with `auto-retry`. Takes a job, prints figures.
import { createRequire } from "node:module";

const job = JSON.parse(process.argv[2]);
const require = createRequire(job.modules);
const { Bot, InlineKeyboard, GrammyError } = require("grammy");
const TEXT = "A message of <b>some</b> length, so that a body has the size of a real one. ".repeat(6);
const keyboard = new InlineKeyboard().text("One", "1");
const options = { parse_mode: "HTML", reply_markup: keyboard };
const pause = (seconds) => new Promise((over) => setTimeout(over, 1000 * seconds));

const bot = new Bot("1:a", { client: { apiRoot: job.url } });
if (job.way === "throttler") {
  const { apiThrottler } = require("@grammyjs/transformer-throttler");
  const global = {
    reservoir: job.rate,
    reservoirRefreshAmount: job.rate,
    reservoirRefreshInterval: 1000,
  };
  bot.api.config.use(apiThrottler({ global }));
}
if (job.way === "auto-retry") {
  bot.api.config.use(require("@grammyjs/auto-retry").autoRetry());
}

let chat = 1_000_000_000;
async function send() {
  try {
    await bot.api.sendMessage(chat++, TEXT, options);
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 429) throw error;
    await pause(error.parameters.retry_after);
  }
}

let left;
async function all(until) {
  const worker = async () => {
    while (!until()) {
      left--;
      await send();
    }
  };
  await Promise.all(Array.from({ length: job.in_flight }, worker));
}

function figures(messages, cpu, began) {
  const used = process.cpuUsage(cpu);
  const wall = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ messages, cpu: (used.user + used.system) / 1e6, wall }));
}

left = job.seconds ? 0 : 300;
if (!job.seconds) await all(() => left <= 0);
left = job.messages;
const cpu = process.cpuUsage();
const began = performance.now();
if (job.seconds) {
  const workers = all(() => performance.now() - began >= 1000 * job.seconds);
  await Promise.race([workers, pause(job.seconds + 1)]);
  figures(job.messages - left, cpu, began);
} else {
  await all(() => left <= 0);
  figures(job.messages, cpu, began);
}
process.exit(0);
