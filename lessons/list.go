package lessons

import (
	"fmt"
	"io"
	"strings"

	"github.com/neurona-ml/neurona/internal/page"
)

// WriteList writes what lessons there are, in the order of the story, for a terminal.
func WriteList(w io.Writer, language string, t Terminal) error {
	labels, err := page.LabelsIn(language)
	if err != nil {
		return err
	}
	var source strings.Builder
	fmt.Fprintf(&source, "# %s\n\n", bookTitle(language))
	for i, topic := range Topics() {
		fmt.Fprintf(&source, "%d. **%s**: %s\n", i+1, topic.Name, topic.About(language))
	}
	fmt.Fprintf(&source, "\n%s\n", Credit(language))
	document, err := page.Parse([]byte(source.String()))
	if err != nil {
		return err
	}
	return document.WriteText(w, page.Terminal{Labels: labels, Width: t.Width, Unicode: t.Unicode, Colours: t.Colours != NoColours})
}
