package lessons

import (
	"context"
	"os"
	"testing"
)

func TestLook(t *testing.T) {
	if err := WriteBook(context.Background(), "/tmp/book"); err != nil {
		t.Fatal(err)
	}
	for _, topic := range Topics() {
		l, err := Make(context.Background(), topic.Name)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := os.Create("/tmp/book/" + topic.Name + ".txt")
		if err := l.WriteText(f, Spanish, Terminal{Width: 100, Unicode: true, Answers: true}); err != nil {
			t.Error(err)
		}
		f.Close()
		f, _ = os.Create("/tmp/book/" + topic.Name + ".html")
		if err := l.WriteHTML(f, Spanish, true); err != nil {
			t.Error(err)
		}
	}
}
