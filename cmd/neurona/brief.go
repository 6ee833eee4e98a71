package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// How long messages are at most, in bytes, whatever stands in files and is quoted in them.
const (
	noteBytes  = 1000
	errorBytes = 3900
)

// say says something on standard error, in a line of its own.
func (a *app) say(format string, args ...any) { a.tell(noteBytes, fmt.Sprintf(format, args...)) }

// tell says something of so many bytes at most on standard error. A line of its own is nobody's but ours: a name in a file may have
// line breaks.
func (a *app) tell(most int, text string) {
	text = strings.ReplaceAll(text, "\n", "\n  ")
	fmt.Fprintf(a.stderr, "neurona: %s\n", brief(escape(text, "\n\t"), most))
}

// brief is a text of at most so many bytes and some dots. The middle is what is left out: the end may say what helps.
func brief(text string, most int) string {
	if len(text) <= most {
		return text
	}
	head, tail := most*3/4, len(text)-most/4
	for head > 0 && !utf8.RuneStart(text[head]) {
		head--
	}
	for tail < len(text) && !utf8.RuneStart(text[tail]) {
		tail++
	}
	return text[:head] + " ... " + text[tail:]
}

// cut is at most so many characters of a text, however wide they are, with dots where more are left out.
func cut(text string, most int) string {
	if len(text) > most && utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "..."
	}
	return text
}

// cuts are texts, cut.
func cuts(texts []string, most int) []string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = cut(text, most)
	}
	return list
}
