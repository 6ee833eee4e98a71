package lessons

import (
	"io"
	"strings"

	"github.com/neurona-ml/neurona/internal/figure"
	"github.com/neurona-ml/neurona/internal/page"
)

// linked is the lesson that a link of a text leads to.
func linked(destination string) (topic string, ok bool) {
	return strings.CutPrefix(destination, "lesson:")
}

// WriteHTML writes the lesson as a page of one file. Answers are behind a click; answers opens them.
func (l *Lesson) WriteHTML(w io.Writer, language string, answers bool) error {
	s, labels, err := l.in(language)
	if err != nil {
		return err
	}
	how := s.html(labels)
	how.Answers = answers
	how.Link = func(destination string) (string, error) {
		if _, ok := linked(destination); ok {
			return "", nil // the page stands alone
		}
		return destination, nil
	}
	return s.document.WritePage(w, how, page.Frame{Description: l.Topic.About(language), Footer: Credit(language), Style: figure.CSS()})
}

// Credit says whose story the lessons follow, in English if the language is none of [Languages].
func Credit(language string) string {
	return tongue(language).say("Computed and drawn by neurona. The story follows the series on neural networks by Carlos Santana (Dot CSV); words, figures and numbers are our own.",
		"Calculado y dibujado por neurona. La historia sigue la serie sobre redes neuronales de Carlos Santana (Dot CSV); las palabras, las figuras y los números son nuestros.")
}

// html says how the lesson becomes a page, but for its links.
func (s *shown) html(labels page.Labels) page.HTML {
	return page.HTML{Labels: labels, Figure: func(name string) (string, error) {
		f, err := s.find(name)
		if err != nil {
			return "", err
		}
		var b strings.Builder
		err = f.WriteInlineSVG(&b)
		return b.String(), err
	}}
}
