// Looks at every page of a folder in a browser, as wide as a desk and as a telephone (and as 400 % zoom makes it), in light and
// dark: axe-core must find nothing, no page may scroll sideways, and what scrolls within it shows that it does. On paper are the
// answers that are open, and no others.
//
//   node check.mjs BROWSER FOLDER
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [browserPath, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".html")).sort();
if (pages.length === 0) {
  throw new Error(`${folder} has no pages`);
}
const browser = await puppeteer.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu"] });
let faults = 0;
const fault = (where, what) => {
  faults++;
  console.log(`${where}: ${what}`);
};
try {
  for (const file of pages) {
    for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [360, "light"], [320, "dark"]]) {
      const where = `${file}, ${width} px, ${scheme}`;
      const page = await browser.newPage();
      await page.setViewport({ width, height: 800 });
      await page.goto(pathToFileURL(resolve(join(folder, file))).href);
      const printed = async () => {
        await page.emulateMediaType("print");
        const n = await page.evaluate(() => [...document.querySelectorAll(".answer")].filter((a) => a.getClientRects().length > 0).length);
        await page.emulateMediaType("screen");
        return n;
      };
      const closed = await printed();
      const answers = await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)) ?? document.querySelectorAll(".answer").length);
      const open = await printed();
      if (closed !== 0 || open !== answers) {
        fault(where, `of ${answers} answers ${closed} are printed closed, ${open} open`);
      }
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      for (const what of await page.evaluate(() => [
        ...[...document.querySelectorAll("summary")].filter((s) => s.getBoundingClientRect().height < 24).map(() => "a summary is less than 24 px high"),
        ...[...document.querySelectorAll(".scroll, .formula, .wide")].filter((e) => e.scrollWidth > e.clientWidth && (e.tabIndex !== 0 || getComputedStyle(e).backgroundImage === "none")).map((e) => `cut without a sign: ${e.textContent.slice(0, 40)}`),
      ])) {
        fault(where, what);
      }
      await page.evaluate(axe);
      const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      for (const v of result.violations) {
        fault(where, `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")}`);
      }
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      if (wide > room) {
        fault(where, `scrolls sideways: ${wide} px in ${room}`);
      }
      await page.close();
    }
  }
} finally {
  await browser.close();
}
console.log(`${pages.length} pages, ${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
