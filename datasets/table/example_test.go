package table_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
)

func ExampleRead() {
	t, err := table.Read(strings.NewReader(`name;height;zip
Ann;1,62;01099
Bob;;10115
`))
	if err != nil {
		log.Fatal(err)
	}
	d := t.Dialect()
	fmt.Printf("%d rows, %q between cells, %q in decimals\n", t.Rows(), d.Comma, d.Decimal)
	for _, c := range t.Columns() {
		fmt.Printf("%s: %d numbers, %d missing, the first is %q\n", c.Name, c.Numbers(), c.MissingCells(), c.Text(0))
	}
	// Output:
	// 2 rows, ';' between cells, ',' in decimals
	// name: 0 numbers, 0 missing, the first is "Ann"
	// height: 1 numbers, 1 missing, the first is "1,62"
	// zip: 2 numbers, 0 missing, the first is "01099"
}

func ExampleOpen() {
	t, err := table.Open("testdata/penguins.train.csv")
	if err != nil {
		log.Fatal(err)
	}
	species, err := t.Column("species", 0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(t.Rows(), species.Texts())
	// Output: 258 [Adelie Gentoo Chinstrap]
}

func ExampleColumn_Levels() {
	t, err := table.Read(strings.NewReader("label\n1\n01\n1\n"), table.Header(table.Yes))
	if err != nil {
		log.Fatal(err)
	}
	levels, codes, _ := t.Columns()[0].Levels(100)
	fmt.Println(levels, codes)
	// Output: [1 01] [0 1 0]
}

func ExampleTable_Doubts() {
	t, err := table.Read(strings.NewReader("0,1,2\n5.1,3.5,setosa\n7.0,3.2,versicolor\n"))
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range t.Doubts() {
		fmt.Printf("%v: %s (%s)\n", d.Kind, d.What, d.Remedy)
	}
	// Output: header: the first line counts the columns, 0, 1, 2 ...: it was taken for a header (table.Header)
}

func ExampleError() {
	_, err := table.Read(strings.NewReader("age,town\n31,Rome\n27\n"), table.Name("people.csv"))
	fmt.Println(err)
	// Output: people.csv:3: ragged row: 1 cell, want 2: "27" (table.Comma, if cells are separated by something else; a cell with a separator in it belongs in quotes)
}

func ExampleInfer() {
	t, err := table.Read(strings.NewReader("id,town,area,built,price\n1,Rome,\"81,5\",31.12.1987,350000\n2,Oslo,,01.03.2004,410000\n3,Rome,\"60,0\",15.07.1999,275000\n"))
	if err != nil {
		log.Fatal(err)
	}
	schema, err := table.Infer(t, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range schema.Fields {
		fmt.Printf("%s: %s; %s\n", f.Name, f.Kind, f.Plan())
	}
	fmt.Println(&schema.Targets[0])
	// Output:
	// id: identifier; left out
	// town: category; a feature for each level
	// area: number; a number, scaled, and whether it is missing
	// built: date; time elapsed and calendar
	// price: number; no feature: label
	// regression: it has 3 values in 3 rows
}

func ExampleFit() {
	t, err := table.Read(strings.NewReader("town,area,label\nRome,80,a\nOslo,60,b\nRome,100,a\nOslo,70,b\n"))
	if err != nil {
		log.Fatal(err)
	}
	schema, err := table.Infer(t, nil)
	if err != nil {
		log.Fatal(err)
	}
	encoder, err := table.Fit(t, nil, schema, table.ScaleBy(table.MinMax))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", encoder.Features())

	// Columns come in any order, and others are not looked at.
	asked, err := table.Read(strings.NewReader("area,note,town\n70,?,Rome\n,?,Kyiv\n"))
	if err != nil {
		log.Fatal(err)
	}
	x, report, err := encoder.Encode(asked, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x)
	for _, c := range report.Columns {
		fmt.Println(&c)
	}
	// Output:
	// ["town = Oslo" "town = Rome" "area"]
	// [0 1 0.25 0.5 0.5 0.375]
	// column town: 1 cell never seen in training ("Kyiv")
	// column area: 1 cell missing where training had none
}
