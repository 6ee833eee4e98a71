"""Writes the tables of this folder with the programs that people have them from.

Needs pandas, openpyxl, and the programs soffice (LibreOffice), Rscript and sqlite3. Run here, by hand.
"""
import csv, datetime, math, os, random, sqlite3, subprocess, tempfile

import openpyxl
import pandas

random.seed(1)
towns = ["Köln", "Würzburg", "Ulm", "Gießen"]
rows = []
for i in range(120):
    area, rooms, town = round(random.uniform(30, 180), 1), random.randint(1, 6), random.choice(towns)
    built = datetime.date(1950, 1, 1) + datetime.timedelta(days=random.randint(0, 25000))
    balcony = random.random() < 0.5
    price = round(1800 * area * (1.3 if town == "Köln" else 1) + 9000 * rooms + 15000 * balcony + random.gauss(0, 4000), 2)
    rows.append((area if i % 17 else None, rooms, town if i % 23 else None, built, balcony, price, "dear" if price > 230000 else "cheap"))
names = ["area", "rooms", "town", "built", "balcony", "price", "kind"]

# A German Excel: semicolons, decimal commas, dots for thousands as shown, dates of that country, windows-1252.
book = openpyxl.Workbook()
sheet = book.active
sheet.append(["Fläche", "Zimmer", "Ort", "Baujahr", "Balkon", "Preis"])
for r in rows:
    sheet.append(list(r[:4]) + ["ja" if r[4] else "nein", r[5]])
for cells in sheet.iter_rows(min_row=2):
    cells[0].number_format, cells[3].number_format, cells[5].number_format = "[$-407]0.0", "[$-407]DD.MM.YYYY", "[$-407]#,##0.00 \"€\""
with tempfile.TemporaryDirectory() as folder:
    book.save(os.path.join(folder, "excel_german.xlsx"))
    subprocess.run(["soffice", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):59,34,1,1,,1031,false,true", "--outdir", ".",
                    os.path.join(folder, "excel_german.xlsx")], check=True, env={**os.environ, "HOME": folder})

# pandas, with its index, True and False, whole numbers that a gap has made decimals.
frame = pandas.DataFrame(rows, columns=names)
frame["rooms"] = frame["rooms"].where(frame.index % 19 != 3)
frame.to_csv("pandas.csv")

# R, with row names, NA, and quotes around texts; csv2 is that of countries with decimal commas.
frame.to_csv("for_r.csv", index=False)
subprocess.run(["Rscript", "-e", 'd <- read.csv("for_r.csv"); d$balcony <- d$balcony == "True"; write.csv(d, "r.csv"); write.csv2(d, "r_csv2.csv", row.names=FALSE)'], check=True)
os.remove("for_r.csv")

# A database dump, of rows as they were put in: NULL is an empty cell.
if os.path.exists("dump.db"):
    os.remove("dump.db")
db = sqlite3.connect("dump.db")
db.execute("create table flats (flat_id integer primary key, area real, rooms integer, town text, built text, balcony integer, note text, kind text)")
for i, r in enumerate(rows):
    db.execute("insert into flats values (?, ?, ?, ?, ?, ?, ?, ?)", (1000 + 7 * i, r[0], r[1], r[2], r[3].isoformat() + " 08:30:00", int(r[4]),
               f'seen on a day in spring by the agent who said "{r[1]} rooms, no lift", and again in autumn\nby number {i}', r[6]))
db.commit()
db.close()
subprocess.run(["sqlite3", "-csv", "-header", "dump.db", "select * from flats", ".quit"], check=True, stdout=open("sqlite.csv", "wb"))
os.remove("dump.db")

# A survey tool's export: a byte order mark, every cell in quotes, questions for names, empty answers.
with open("survey.csv", "w", newline="", encoding="utf-8-sig") as f:
    w = csv.writer(f, quoting=csv.QUOTE_ALL)
    w.writerow(["Response ID", "Date submitted", "How old are you? [years]", "How content are you, from 1 to 5?", "What do you use? [A train]",
                "What do you use? [A car]", "Would you come again?"])
    for i in range(100):
        age, content = random.randint(16, 80), random.randint(1, 5)
        again = "Yes" if content + random.gauss(0, 0.7) > 2.8 else "No"
        when = datetime.datetime(2024, 3, 1, 8) + datetime.timedelta(minutes=317 * i)
        w.writerow([i + 1, when.strftime("%Y-%m-%d %H:%M:%S"), age if i % 11 else "", content, random.choice(["Yes", "No"]), random.choice(["Yes", "No"]), again])
