package datasets_test

import (
	"fmt"

	"github.com/neurona-ml/neurona/datasets"
)

func ExampleSet_Split() {
	moons, err := datasets.Moons(100, 0.15, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test, err := moons.Split(0.25, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.Rows, "rows to train,", test.Rows, "to test")
	// Output:
	// 75 rows to train, 25 to test
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
