package main

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// number is a float64 that JSON gets as null where it has no number: the
// accuracy of a regression is NaN.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if v := float64(n); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// count writes a large number for people: 950, 12.3k, 4.56M.
func count(v float64) string {
	switch {
	case v >= 999.5e6:
		return fmt.Sprintf("%.3gG", v/1e9)
	case v >= 999.5e3:
		return fmt.Sprintf("%.3gM", v/1e6)
	case v >= 9999.5:
		return fmt.Sprintf("%.3gk", v/1e3)
	default:
		return fmt.Sprintf("%.0f", v)
	}
}

// percent writes a fraction for people, a dash for NaN.
func percent(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", 100*v)
}

// duration writes a time for people: 0.38 ms, 163 ms, 1.57 s, 754 s.
func duration(d time.Duration) string {
	s := d.Seconds()
	switch {
	case s >= 999.5:
		return fmt.Sprintf("%.0f s", s)
	case s >= 0.9995:
		return fmt.Sprintf("%.3g s", s)
	default:
		return fmt.Sprintf("%.3g ms", 1e3*s)
	}
}

// bytesize writes a size in memory for people, for caches: 48 KiB, 2 MiB.
func bytesize(n int) string {
	switch {
	case n < 0:
		return "unknown"
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	default:
		return fmt.Sprintf("%.3g KiB", float64(n)/(1<<10))
	}
}
