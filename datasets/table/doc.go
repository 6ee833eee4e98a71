// Package table reads tables of people: CSV and its relatives, as columns of which nothing is
// lost and nothing is decided yet.
//
//	t, err := table.Open("houses.csv")
//	price, err := t.Column("price", 0)
//	price.Floats()  // numbers as float64
//	price.Text(3)   // any cell, as it was spelt
//
// A [Column] has numbers, texts and missing cells. What it means, a number to compute with, a category,
// a label, an id, is for who uses it to decide; so a column keeps what may matter for that: that 01 is
// not 1, all digits of an id that float64 cannot hold, the distinct texts among numbers (NA, ?). Spaces
// within cells are kept. Numbers are digits with a decimal point and a power of ten at most;
// inf, nan, hexadecimals and what float64 cannot hold are texts.
//
// # Form
//
// Cells are separated by one character and quoted as RFC 4180 has it: quotes within a quoted cell are
// doubled, separators and line ends stand in it as they are. Lines end with LF, CR LF, or CR alone. Blank
// lines are passed over, and comments above the table. Files may be compressed by gzip and begin with a byte
// order mark. The separator, the decimal point and whether there is a header are found
// in the first 128 KiB, each unless an [Option] says it: [Table.Dialect] has what was found and why,
// [Table.Doubts] what may be wrong.
//
// # Errors
//
// Nothing here prints, or panics because of what a file holds. A damaged file is an [*Error] that names file,
// line and column, what came, and the flag or option that helps. Memory grows with the data that arrive, up to limits that are
// options.
//
// # Speed
//
// One goroutine reads and cuts the text into chunks of whole records, several parse them, one puts them into
// columns in order. The table depends neither on how many there are nor on where chunks are cut. A column's
// memory is reserved by the length of the files, so that numbers take little more than their float64 on
// the way too; where that is not known (gzip, pipes), columns grow by half. BenchmarkRead compares with encoding/csv and strconv.
package table
