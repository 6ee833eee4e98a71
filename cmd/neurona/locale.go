package main

import (
	"os"
	"strings"

	"github.com/neurona-ml/neurona/lessons"
)

// localLanguage is the language of lessons that the locale asks for: what the first of LC_ALL, LC_MESSAGES and LANG that is
// set says, English where there is no such lesson.
func localLanguage() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			for _, language := range lessons.Languages() {
				if v == language || strings.HasPrefix(v, language+"_") || strings.HasPrefix(v, language+".") {
					return language
				}
			}
			break
		}
	}
	return lessons.English
}
