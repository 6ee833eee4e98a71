package datasets_test

import (
	"fmt"
	"strings"

	"github.com/neurona-ml/neurona/datasets"
)

// Read a table, hold a part of it back, and scale both parts by what the
// training part looks like.
func Example() {
	text := `width,height,kind
1.0,10,daisy
1.2,30,rose
0.8,12,daisy
1.1,28,rose
`
	set, err := datasets.ReadCSV(strings.NewReader(text), datasets.CSVOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test, err := set.Split(0.25, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	scaler := datasets.FitMinMax(train)
	for _, part := range []*datasets.Set{train, test} {
		if err := scaler.Apply(part); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(set.FeatureNames, set.ClassNames, set.Labels)
	fmt.Println(train.Rows, "rows to train,", test.Rows, "to test")
	// Output:
	// [width height] [daisy rose] [0 1 0 1]
	// 3 rows to train, 1 to test
}

// A cell that cannot be read is named by line and column.
func ExampleReadCSV() {
	text := "width,height,kind\n1.0,10,daisy\n1.2,tall,rose\n"
	_, err := datasets.ReadCSV(strings.NewReader(text), datasets.CSVOptions{Name: "flowers.csv"})
	fmt.Println(err)
	// Output:
	// flowers.csv:3: column 2 ("height"): not a number: "tall"
}

func ExampleGate() {
	xor, err := datasets.Gate("xor")
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range xor.Rows {
		fmt.Println(xor.Row(i), xor.Labels[i])
	}
	// Output:
	// [0 0] 0
	// [0 1] 1
	// [1 0] 1
	// [1 1] 0
}

func ExampleOpen() {
	train, test, err := datasets.Open("circle", datasets.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.Rows, test.Rows, train.Features, train.ClassNames)

	_, _, err = datasets.Open("cirlce", datasets.Options{})
	fmt.Println(err)
	// Output:
	// 1000 500 2 [outside inside]
	// unknown data set "cirlce", did you mean "circle"? (known: and, or, nand, nor, xor, xnor, circle, moons, spiral, blobs, digits, mnist)
}
