package lessons

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// allText is what all lessons say in a language, figures too.
func allText(t *testing.T, language string) string {
	t.Helper()
	all, err := made()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, topic := range Topics() {
		s := all[topic.Name].shown[language]
		b.WriteString(s.document.Text() + "\n" + topic.About(language) + "\n")
		for _, f := range s.figures {
			b.WriteString(f.Title + "\n" + f.Alt + "\n")
		}
	}
	index, err := texts.ReadFile("text/index." + language + ".md")
	if err != nil {
		t.Fatal(err)
	}
	b.WriteString(regexp.MustCompile("`[^`]*`|\\{\\{[^}]*\\}\\}|\\([^) ]*:[^)]*\\)").ReplaceAllString(string(index), " "))
	return b.String()
}

// TestGlossary: the terms of the field are these, and none of their rivals.
func TestGlossary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		language     string
		terms, never []string
	}{
		{Spanish,
			[]string{"sesgo", "suma ponderada", "función escalonada", "unidad lineal rectificada", "retropropagación", "tasa de aprendizaje", "función de coste", "lote", "época", "sobreajuste", "función de activación", "capa oculta", "regla de la cadena", "descenso del gradiente", "mínimos cuadrados"},
			[]string{`bias`, `umbral`, `propagación hacia atrás`, `ratio de aprendizaje`, `velocidad de aprendizaje`, `función de pérdida`, `función de costo`, `costo`, `batch`, `epoch`, `overfitting`, `sobreentrenamiento`, `función escalón`, `neuronal network`,
				// tú throughout
				`usted(es)?`, `vosotr[oa]s`, `vuestr[oa]s?`, `\p{L}+(áis|éis|ís|aos|eos|íos)`}},
		{English,
			[]string{"bias", "weighted sum", "step function", "rectified linear unit", "backpropagation", "learning rate", "cost function", "batch", "epoch", "overfitting", "activation", "hidden", "chain rule", "gradient descent", "least-squares"},
			[]string{`threshold`, `back-propagation`, `step size`, `loss function`, `overtraining`, `minibatch`, `neurone`}},
	} {
		text := strings.Join(strings.Fields(allText(t, c.language)), " ")
		if polite := regexp.MustCompile(`(?:[.:!?] |^)(Pruebe|Mire|Haga|Tome|Escriba|Observe|Piense|Calcule|Sume|Cambie|Imprima|Deje)n? `).FindString(text); polite != "" {
			t.Errorf("%s: %q is said to a stranger", c.language, polite)
		}
		text = strings.ToLower(text)
		for _, term := range c.terms {
			if !strings.Contains(text, term) {
				t.Errorf("%s: nothing is called %q", c.language, term)
			}
		}
		for _, never := range c.never {
			if found := regexp.MustCompile(`(?:^|[^\p{L}])(` + never + `)(?:[^\p{L}]|$)`).FindStringSubmatch(text); found != nil {
				t.Errorf("%s: there is %q", c.language, found[1])
			}
		}
	}
}

// TestSpelling asks hunspell, with the words of testdata beside its own. CI has it; elsewhere the test skips without it.
func TestSpelling(t *testing.T) {
	t.Parallel()
	hunspell, err := exec.LookPath("hunspell")
	if err != nil {
		if os.Getenv("NEURONA_SPELLING") != "" {
			t.Fatal(err)
		}
		t.Skip("hunspell is not installed")
	}
	dictionaries := map[string]string{English: "en_GB", Spanish: "es_ES"}
	// -D lists on standard error what there is, and then waits for words: there are none.
	installed, err := exec.Command(hunspell, "-D").CombinedOutput()
	for _, dictionary := range dictionaries {
		if strings.Contains(string(installed), dictionary) {
			continue
		}
		if os.Getenv("NEURONA_SPELLING") != "" {
			t.Fatalf("hunspell has no dictionary %s: %v\n%s", dictionary, err, installed)
		}
		t.Skipf("hunspell's dictionary %s is not installed", dictionary)
	}
	for language, dictionary := range dictionaries {
		cmd := exec.Command(hunspell, "-d", dictionary, "-i", "utf-8", "-p", "testdata/words."+language, "-l")
		cmd.Stdin = strings.NewReader(strings.ReplaceAll(allText(t, language), "’", "'"))
		cmd.Stderr = os.Stderr
		unknown, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", dictionary, err)
		}
		if words := strings.Fields(string(unknown)); len(words) > 0 {
			t.Errorf("%s does not know: %s", dictionary, strings.Join(words, " "))
		}
	}
}
