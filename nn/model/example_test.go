package model_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
)

// A model of a table is trained, saved, loaded, and asked about a penguin.
func Example() {
	folder := must(os.MkdirTemp("", ""))
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "penguins.safetensors")

	penguins := must(table.Open("../../datasets/table/testdata/penguins.train.csv"))
	m := must(model.Train(context.Background(), penguins, model.Label("species")))
	if err := m.Save(path); err != nil {
		log.Fatal(err)
	}
	m.Close()

	m = must(model.Load(path))
	defer m.Close()
	a := must(m.PredictRecord(map[string]any{"island": "Biscoe", "bill_length_mm": 50, "bill_depth_mm": 15.2, "flipper_length_mm": 221, "body_mass_g": 5300, "sex": nil}))
	fmt.Println(m.Classes())
	fmt.Println(a.Class())
	fmt.Println("for sure:", a.Probabilities()[2] > 0.9)
	// Output:
	// [Adelie Chinstrap Gentoo]
	// Gentoo
	// for sure: true
}

// What a program has as structs is trained on and answered too.
func Example_structs() {
	type flat struct {
		Area  float64 `table:"area"`
		Town  string  `table:"town"`
		Price int     `table:"price"`
	}
	var flats []flat
	for i := range 200 {
		town := []string{"Cádiz", "Madrid"}[i%2]
		flats = append(flats, flat{30 + float64(i*37%90), town, (30 + i*37%90) * []int{200, 500}[i%2]})
	}
	m := must(model.Train(context.Background(), must(table.FromStructs(flats)), model.Label("price")))
	defer m.Close()
	answers, _, err := m.Predict(must(table.FromStructs([]flat{{Area: 80, Town: "Cádiz"}, {Area: 80, Town: "Madrid"}})), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f thousand, %.0f thousand\n", answers[0].Number()/1e3, answers[1].Number()/1e3)
	// Output:
	// 16 thousand, 40 thousand
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
