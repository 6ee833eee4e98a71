// Package table reads tables of people: CSV and its relatives, as columns of which nothing is
// lost and nothing is decided yet; finds out what the columns are; and makes features of them.
//
//	t, err := table.Open("houses.csv")
//	price, err := t.Column("price", 0)
//	price.Floats()  // numbers as float64
//	price.Text(3)   // any cell, as it was spelt
//
//	all, err := table.Infer(t, nil, table.Labels("price"))
//	parts, err := table.Split(t, nil, all, 0.2, seed)
//	schema, err := table.Infer(t, parts.Train, table.Labels("price"))
//	encoder, err := table.Fit(t, parts.Train, schema)
//	x, report, err := encoder.Encode(t, parts.Test)
//
// # Columns
//
// A [Column] has numbers, texts and missing cells. What it means, a number to compute with, a category,
// a label, an id, is for who uses it to decide; so a column keeps what may matter for that: that 01 is
// not 1, all digits of an id that float64 cannot hold, the distinct texts among numbers (NA, ?). Spaces
// within cells are kept. Numbers are digits with a decimal point and a power of ten at most;
// inf, nan, hexadecimals and what float64 cannot hold are texts.
//
// # Kinds
//
// [Infer] takes each column for a [Kind], from the training part alone, and says why. What a file has not told is not guessed:
// 1.234 in every row, or 01/02/2024, is refused until an option has decided, such as [As] or, of all of a file, [Decimal]. What other columns
// tell is that: where all that leave no choice have one decimal point, 1.234 is read by it, with a [Doubt]. So is what else is likely to be wrong.
//
//   - A number may be written with thousands, a percent sign, a currency, in brackets if it is negative: [NumberForm]. It is one whatever its values
//     are: two values make no boolean.
//   - A code is whole numbers that recur and are called a code, a class or a type, have zeros in front, or more digits than float64 holds.
//   - A boolean is true and false, yes and no, t and f, y and n, on and off, both of them, in any case.
//   - A date has one layout in a column, and one zone, by its hours or by its letters, or none; a time may follow it: [DateForm]. A month
//     of a year is its first day.
//   - Text is cells of over five words.
//   - An identifier is texts that are all different, or whole numbers that are, if they go from 0 or 1 to about the number of the table's rows,
//     or are called an id, a number or an index, or stand first without a name. Of many numbers a few may be missing or come again, which
//     is doubted, as it is that numbers count the rows if they do not do so one by one. It is never the only feature.
//   - A constant has one value in all rows, or none at all.
//   - All else is a category. A few cells because of which a column is none of numbers or dates are doubted; and what looks like numbers or dates all the same, with units, as fractions, spans, quarters, in several
//     layouts, is doubted.
//
// Texts, identifiers and constants are left out, unless [As] says what else they are. Cells are missing if they are empty. NA, N/A, #N/A, #DIV/0!, NaN, nan, null,
// None, ? and - are missing among numbers and dates; in other columns they are levels, and a doubt says so. [Na] adds words, and for all columns.
//
// Labels are texts, whatever they look like; classes are those that occur. A label is missing only if it is empty.
//
// # Features
//
// [Fit] learns from the training part what features are made of, in float64: means, quantiles, levels. [Encoder.Encode] finds columns by name, and
// counts what it was not prepared for: levels that training had not, gaps where it had none, values outside of its range, dates and numbers of which
// others of the column betray that they are written in another way. An encoder is saved as JSON, with the schema, and encodes to the same bits when it is read.
//
// # Values
//
// A program's own data are tables too: [FromRecords], [FromStructs], [FromMatrix]; and [Encoder.Records] makes features of one record, a map,
// without a table. What a value may be is the same for all of these.
//
//   - Text is a cell as it would stand in a file: a number as the column writes them, a date, a level, a word for what is missing. Empty text
//     is missing.
//   - nil is missing, and so are a nil pointer, NaN and the zero time.Time. Infinity is an error.
//   - A number, of any type of Go or a json.Number, is that number, however the column writes its own. As a quantity it is the nearest float64, as
//     in a file: 2^53+1 is 2^53; and a float32 is what it is, 0.10000000149 and not 0.1. A column in percent takes text alone,
//     since 12 may be 12 % or 1200 %.
//   - A number in a column of levels or codes is the level that is spelt by its digits or else, as 1234 is 01234, the only one that is the
//     same number; that several are is an error. A float64 of 2^53 or more, which stands for several integers, is one too: integers, json.Number
//     and text have all digits.
//   - A boolean is what stands for it in the column: true, yes, T. It is no number.
//   - A time.Time is a date, by the clock of the column's zone if it has one, and else by the clock of the time's own place. A
//     column of such times is one of UTC's clock, and of days without a zone if all of them are midnights of UTC.
//
// Types that are made of these, and pointers to them, are taken as these are; all others are errors. What a record refuses since the column is of
// another kind, as a time among numbers, a table counts as [ColumnReport] has it.
//
// # Form
//
// Cells are separated by one character and quoted as RFC 4180 has it: quotes within a quoted cell are
// doubled, separators and line ends stand in it as they are. Lines end with LF, CR LF, or CR alone. Blank
// lines are passed over, and comments above the table, and what [Skip] says. Blanks that separate are one separator if they stand
// together. A header may have no cell above the names of rows, as R writes it, and a separator at its end that rows have not, or they
// and not it; sep=; above it says what separates. Files may be compressed by gzip and begin with a byte
// order mark. The separator, the decimal point and whether there is a header are found
// in the first 128 KiB, each unless an [Option] says it: [Table.Dialect] has what was found and why,
// [Table.Doubts] what may be wrong.
//
// # Errors
//
// Nothing here prints, or panics because of what a file holds. A damaged file is an [*Error] that names file,
// line and column, what came, and the flag or option that helps. Bytes that are no text in its encoding are one in whatever column
// they are, used or not: a file that is not in the encoding that it is read by may be wrong everywhere. Memory grows with the data
// that arrive, up to limits that are options.
//
// # Speed
//
// One goroutine reads and cuts the text into chunks of whole records, several parse them, one puts them into
// columns in order. The table depends neither on how many there are nor on where chunks are cut. A column's
// memory is reserved by the length of the files, so that numbers take little more than their float64 on
// the way too; where that is not known (gzip, pipes), columns grow by half. BenchmarkRead compares with encoding/csv and strconv.
package table
