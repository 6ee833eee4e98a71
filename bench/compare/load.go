package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// loadAverage is Linux's load average over the last minute; 0 elsewhere.
func loadAverage() float64 {
	content, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	return parseLoad(string(content))
}

// parseLoad reads the first number of /proc/loadavg; 0 if there is none.
func parseLoad(content string) float64 {
	first, _, _ := strings.Cut(content, " ")
	load, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return load
}

// quietLoad is the load that does no harm: what a shell and the build before
// leave behind.
const quietLoad = 1

// warning says that others use the machine; it is empty if they do not.
func (m machine) warning() string {
	if m.Load <= quietLoad {
		return ""
	}
	return fmt.Sprintf("the load of this machine was %.1f before the run began: others use it, and figures, those for several threads above all, are not to be quoted", m.Load)
}
