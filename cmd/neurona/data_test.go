package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// flowers is a CSV file of three classes that two features nearly separate.
func flowers(rows int) string {
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("length,width,species\n")
	for i := range rows {
		class := i % 3
		fmt.Fprintf(&b, "%.3f,%.3f,%s\n", 2*float64(class)+0.3*rng.NormFloat64(), 5+0.1*rng.NormFloat64(),
			[]string{"setosa", "versicolor", "virginica"}[class])
	}
	return b.String()
}

// houses is a CSV file of prices that follow from two features.
func houses(rows int) string {
	rng := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	b.WriteString("area,rooms,price\n")
	for range rows {
		area, rooms := 30+170*rng.Float64(), 1+rng.IntN(6)
		fmt.Fprintf(&b, "%.1f,%d,%.2f\n", area, rooms, 3000*area+5000*float64(rooms)+0.5)
	}
	return b.String()
}
