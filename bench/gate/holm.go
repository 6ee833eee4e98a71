package main

import (
	"math"
	"slices"
)

// holm adjusts p-values for being many: after it, rejecting what is below
// alpha keeps the chance of even one false rejection below alpha, however the
// tests depend on each other (S. Holm, A simple sequentially rejective
// multiple test procedure, Scandinavian Journal of Statistics 6, 1979).
func holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case p[i] < p[j]:
			return -1
		case p[i] > p[j]:
			return 1
		}
		return 0
	})
	adjusted := make([]float64, len(p))
	var most float64
	for rank, i := range order {
		most = max(most, min(1, float64(len(p)-rank)*p[i]))
		adjusted[i] = most
	}
	return adjusted
}

// leastP is the smallest two-sided p-value that a Mann-Whitney U test of
// samples of n and m values can have: 2 over the number of ways to choose n of
// n+m.
func leastP(n, m int) float64 {
	if n == 0 || m == 0 {
		return 1
	}
	choose, _ := math.Lgamma(float64(n + m + 1))
	for _, k := range []int{n, m} {
		l, _ := math.Lgamma(float64(k + 1))
		choose -= l
	}
	return min(1, 2*math.Exp(-choose))
}
