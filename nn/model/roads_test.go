package model_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/model"
)

// road is a way that rows may take to a model. It answers the rows of a table that it is given, in order: the network's outputs for each.
// Every road has the same bits for a row.
type road struct {
	name   string
	answer func(s *subject, rows []int) ([][]float32, error)
	named  bool // columns go by their names, and so all have one of their own
}

// roads are all. A new one is a line here.
var roads = []road{
	{name: "a table", answer: func(s *subject, rows []int) ([][]float32, error) { return s.predict(s.table, rows) }},
	{name: "rows of a table alone", answer: alone(func(s *subject, row int) ([]float32, error) {
		return first(s.predict(s.table, []int{row}))
	})},
	{name: "parts of a table", answer: func(s *subject, rows []int) (all [][]float32, err error) {
		r := rand.New(rand.NewPCG(1, 1))
		for len(rows) > 0 {
			n := min(1+r.IntN(60), len(rows))
			part, err := s.predict(s.table, rows[:n])
			if err != nil {
				return nil, err
			}
			all, rows = append(all, part...), rows[n:]
		}
		return all, nil
	}},
	{name: "a file", answer: func(s *subject, rows []int) ([][]float32, error) {
		tab, err := s.file(rows)
		if err != nil {
			return nil, err
		}
		return s.predict(tab, nil)
	}},
	{name: "records of text", answer: alone(func(s *subject, row int) ([]float32, error) { return s.record(s.texts(row)) })},
	{name: "records of values", answer: alone(func(s *subject, row int) ([]float32, error) { return s.record(s.values(row)) })},
	{name: "a table of records", answer: func(s *subject, rows []int) ([][]float32, error) {
		var records []map[string]any
		for _, row := range rows {
			records = append(records, s.values(row))
		}
		tab, err := table.FromRecords(records)
		if err != nil {
			return nil, err
		}
		return s.predict(tab, nil)
	}, named: true},
	{name: "structs", answer: func(s *subject, rows []int) ([][]float32, error) {
		tab, err := table.FromStructs(s.structs(rows))
		if err != nil {
			return nil, err
		}
		return s.predict(tab, nil)
	}, named: true},
	{name: "structs alone", answer: alone(func(s *subject, row int) ([]float32, error) {
		tab, err := table.FromStructs(s.structs([]int{row}))
		if err != nil {
			return nil, err
		}
		return first(s.predict(tab, nil))
	}), named: true},
	{name: "a model that was saved and loaded", answer: func(s *subject, rows []int) ([][]float32, error) {
		var text bytes.Buffer
		if _, err := s.model.WriteTo(&text); err != nil {
			return nil, err
		}
		m, err := model.Read(&text, nn.Precision(s.precision))
		if err != nil {
			return nil, err
		}
		defer m.Close()
		other := *s
		other.model = m
		return other.predict(s.table, rows)
	}},
}

// alone is a road on which rows go one by one.
func alone(answer func(s *subject, row int) ([]float32, error)) func(s *subject, rows []int) ([][]float32, error) {
	return func(s *subject, rows []int) (all [][]float32, err error) {
		for _, row := range rows {
			y, err := answer(s, row)
			if err != nil {
				return nil, fmt.Errorf("row %d: %w", row, err)
			}
			all = append(all, y)
		}
		return all, nil
	}
}

func first(all [][]float32, err error) ([]float32, error) {
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// subject is a model and a table that it answers.
type subject struct {
	model     *model.Model
	table     *table.Table
	precision blas.Precision
}

func (s *subject) predict(tab *table.Table, rows []int) ([][]float32, error) {
	answers, _, err := s.model.Predict(tab, rows)
	if err != nil {
		return nil, err
	}
	all := make([][]float32, len(answers))
	for i := range answers {
		all[i] = answers[i].Outputs()
	}
	return all, nil
}

func (s *subject) record(record map[string]any) ([]float32, error) {
	a, err := s.model.PredictRecord(record)
	return a.Outputs(), err
}

// file writes rows as a file of the usual form, and reads it.
func (s *subject) file(rows []int) (*table.Table, error) {
	var b strings.Builder
	line := func(cell func(c *table.Column) string) {
		for i, c := range s.table.Columns() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(cell(c), `"`, `""`) + `"`)
		}
		b.WriteByte('\n')
	}
	named := s.model.Task().Encoder().Schema().Named()
	header := table.No
	if named {
		header = table.Yes
		line(func(c *table.Column) string { return c.Name })
	}
	for _, row := range rows {
		line(func(c *table.Column) string { return c.Text(row) })
	}
	return table.Read(strings.NewReader(b.String()), table.Header(header), table.Comma(','), table.Comment(0), table.Space(false))
}

// column is the one that a field was learnt from.
func (s *subject) column(f *table.Field) *table.Column { return s.table.Columns()[s.place(f)] }

func (s *subject) place(f *table.Field) int {
	fields := s.model.Task().Encoder().Schema().Fields
	return slices.IndexFunc(fields, func(g table.Field) bool { return g.Key() == f.Key() })
}

// texts are a row as the cells of a file.
func (s *subject) texts(row int) map[string]any {
	record := map[string]any{}
	for i := range s.model.Task().Encoder().Schema().Fields { // labels too, which are not looked at
		f := &s.model.Task().Encoder().Schema().Fields[i]
		record[f.Key()] = s.column(f).Text(row)
	}
	return record
}

// values are a row as a program has it, which knows what is a number, a truth value or a time.
func (s *subject) values(row int) map[string]any {
	record := map[string]any{}
	for _, f := range s.model.Columns() {
		record[f.Key()] = valueOf(&f, s.column(&f).Text(row))
	}
	return record
}

func valueOf(f *table.Field, text string) any {
	if text == "" || slices.Contains(f.MissingWords, strings.TrimSpace(text)) {
		return nil
	}
	switch {
	case f.Kind == table.Number && !f.Numbers.Percent:
		if v, ok := f.Numbers.Parse(text); ok {
			return v
		}
	case f.Kind == table.Boolean:
		if i := slices.Index(f.Order, strings.ToLower(strings.TrimSpace(text))); i >= 0 {
			return i == 1
		}
	case f.Kind == table.Date:
		if seconds, ok := f.Dates.Parse(text); ok {
			whole := math.Floor(seconds)
			t := time.Unix(int64(whole), int64(math.Round((seconds-whole)*1e9))).UTC()
			zone := time.UTC
			if f.Dates.Zone != "" {
				zone = time.FixedZone(f.Dates.Zone, 0)
				if at, err := time.Parse("-07:00", f.Dates.Zone); err == nil {
					_, offset := at.Zone()
					zone = time.FixedZone(f.Dates.Zone, offset)
				}
			}
			return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
		}
	case f.Kind == table.Code:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
			return n
		}
	}
	return text
}

// structs are rows as structs of a type that is made for the table: a field for each column that the model looks at.
func (s *subject) structs(rows []int) []any {
	columns := s.model.Columns()
	fields := make([]reflect.StructField, len(columns))
	for i := range columns {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("Field%d", i), Type: reflect.TypeFor[any](), Tag: reflect.StructTag("table:" + strconv.Quote(columns[i].Key()))}
	}
	t := reflect.StructOf(fields)
	list := make([]any, len(rows))
	for i, row := range rows {
		v := reflect.New(t).Elem()
		for c := range columns {
			if x := valueOf(&columns[c], s.column(&columns[c]).Text(row)); x != nil {
				v.Field(c).Set(reflect.ValueOf(x))
			}
		}
		list[i] = v.Interface()
	}
	return list
}

// keyed tells whether columns are called otherwise in a record than in a table: where several have a name, or none has.
func (s *subject) keyed() bool {
	return slices.ContainsFunc(s.model.Columns(), func(f table.Field) bool { return f.Key() != f.Name })
}

// agree lets rows take all roads, and compares.
func agree(t *testing.T, s *subject, rows []int) {
	t.Helper()
	want, err := s.predict(s.table, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range roads {
		if r.named && s.keyed() {
			continue
		}
		got, err := r.answer(s, rows)
		if err != nil {
			t.Errorf("%s: %v", r.name, err)
			continue
		}
		if len(got) != len(rows) {
			t.Errorf("%s: %d answers to %d rows", r.name, len(got), len(rows))
			continue
		}
		wrong := 0
		for i, row := range rows {
			same := len(got[i]) == len(want[row])
			for j := range got[i] {
				same = same && math.Float32bits(got[i][j]) == math.Float32bits(want[row][j])
			}
			if !same {
				if wrong++; wrong == 1 {
					t.Errorf("%s: row %d is %v, want %v: %v", r.name, row, got[i], want[row], s.values(row))
				}
			}
		}
		if wrong > 1 {
			t.Errorf("%s: %d of %d rows are something else", r.name, wrong, len(rows))
		}
	}
}

// TestValuesOfPrograms: the roads have values of all types to go.
func TestValuesOfPrograms(t *testing.T) {
	m, _ := flats(t, "price")
	tab, err := table.FromRecords(mixed(20))
	if err != nil {
		t.Fatal(err)
	}
	s := &subject{m, tab, blas.Float32}
	for key, want := range map[string]any{"area": 0.0, "town": "", "zip_code": int64(0), "lift": true, "sold": time.Time{}} {
		if got := s.values(3)[key]; reflect.TypeOf(got) != reflect.TypeOf(want) {
			t.Errorf("%s is %T, want %T", key, got, want)
		}
	}
}

// someRows are all, or some of many.
func someRows(n, most int) []int {
	rows := rand.New(rand.NewPCG(7, 7)).Perm(n)
	return rows[:min(n, most)]
}

// trained is a model of a table, in each precision that is to be looked at.
func trained(t *testing.T, tab *table.Table, most int, opts ...model.Option) {
	t.Helper()
	m, err := model.Train(context.Background(), tab, append([]model.Option{
		model.Epochs(1), model.Hidden(layer.Dense(128), activation.ReLU(), layer.Dense(64), activation.ReLU()),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	var text bytes.Buffer
	if _, err := m.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	for _, p := range []blas.Precision{blas.Float32, blas.BF16} {
		m, err := model.Read(bytes.NewReader(text.Bytes()), nn.Precision(p))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(string(p), func(t *testing.T) {
			agree(t, &subject{m, tab, p}, someRows(tab.Rows(), most))
		})
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestRoadsAgree: on every small file that people have, as far as it can be trained on.
func TestRoadsAgree(t *testing.T) {
	files, err := filepath.Glob("../../datasets/table/testdata/cases/*")
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	for _, file := range files {
		name := filepath.Base(file)
		var form []table.Option
		if name == "latin1_classes.csv" {
			form = append(form, table.Encoding("latin1"))
		}
		tab, err := table.Open(file, form...)
		if err != nil {
			t.Logf("%s is no table: %v", name, err)
			continue
		}
		var opts []model.Option
		if _, err := tab.Column("c", 0); err == nil {
			opts = append(opts, model.Label("c"))
		}
		if _, err := model.Prepare(tab, opts...); err != nil {
			t.Logf("%s is not trained on: %v", name, err)
			continue
		}
		done++
		t.Run(name, func(t *testing.T) { trained(t, tab, 60, opts...) })
	}
	if done < len(files)-1 {
		t.Errorf("%d files of %d were trained on, want all but one", done, len(files))
	}
	t.Run("all kinds", func(t *testing.T) {
		tab, err := table.FromRecords(mixed(300))
		if err != nil {
			t.Fatal(err)
		}
		trained(t, tab, 300, model.Label("price"))
	})
	t.Run("several targets", func(t *testing.T) {
		tab, err := table.FromRecords(mixed(300))
		if err != nil {
			t.Fatal(err)
		}
		trained(t, tab, 100, model.Label("price", "heating", "lift"))
	})
}

// TestRoadsAgreeOnTables: on public tables.
func TestRoadsAgreeOnTables(t *testing.T) {
	folder := os.Getenv("NEURONA_TABLES")
	if folder == "" {
		t.Skip("NEURONA_TABLES is not set: it names the folder of public tables")
	}
	for name, label := range map[string]string{
		"diamonds": "price", "credit": "Status", "caravan": "Purchase", "letter": "letter", "spambase": "spam", "ames": "price",
		"hotel": "avg_price_per_room", "splice": "boundary", "concrete": "compressive_strength", "penguins": "species",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob(filepath.Join(folder, name+".test.csv*"))
			if err != nil || len(files) != 1 {
				t.Fatalf("%v, %v", files, err)
			}
			tab, err := table.Open(files[0])
			if err != nil {
				t.Fatal(err)
			}
			trained(t, tab, 400, model.Label(label))
		})
	}
}
