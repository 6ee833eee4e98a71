package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// ErrValue is what the error is about a value of a program that a column cannot take.
var ErrValue = errors.New("not a value for the column")

// valueKind is what a program has given.
type valueKind uint8

const (
	nilValue   valueKind = iota
	textValue            // a cell as it would stand in a file
	digitValue           // json.Number: a number as text, with a decimal point
	floatValue
	intValue
	uintValue
	boolValue
	timeValue
)

// value is one of a program's, whatever its type was.
type value struct {
	kind valueKind
	s    string
	f    float64
	i    int64
	u    uint64
	b    bool
	t    time.Time
}

// valueOf looks at what a program has given. It allocates nothing.
func valueOf(v any) (value, error) {
	switch v := v.(type) {
	case nil:
		return value{}, nil
	case string:
		return value{kind: textValue, s: v}, nil
	case float64:
		return floating(v)
	case int:
		return value{kind: intValue, i: int64(v)}, nil
	case int64:
		return value{kind: intValue, i: v}, nil
	case bool:
		return value{kind: boolValue, b: v}, nil
	case time.Time:
		return timed(v), nil
	case json.Number:
		return value{kind: digitValue, s: string(v)}, nil
	case float32:
		return floating(float64(v))
	}
	return reflected(reflect.ValueOf(v))
}

// floating is a number; NaN is none.
func floating(v float64) (value, error) {
	switch {
	case v != v:
		return value{}, nil
	case math.IsInf(v, 0):
		return value{}, fmt.Errorf("%w: %v is no finite number", ErrValue, v)
	}
	return value{kind: floatValue, f: v}, nil
}

// timed is a time; the zero time is none.
func timed(t time.Time) value {
	if t.IsZero() {
		return value{}
	}
	return value{kind: timeValue, t: t}
}

// reflected looks at types that a program has made, and behind pointers.
func reflected(v reflect.Value) (value, error) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return value{}, nil
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String:
		if v.Type() == numberType {
			return value{kind: digitValue, s: v.String()}, nil
		}
		return value{kind: textValue, s: v.String()}, nil
	case reflect.Float32, reflect.Float64:
		return floating(v.Float())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return value{kind: intValue, i: v.Int()}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return value{kind: uintValue, u: v.Uint()}, nil
	case reflect.Bool:
		return value{kind: boolValue, b: v.Bool()}, nil
	case reflect.Struct:
		if v.Type() == timeType && v.CanInterface() {
			return timed(v.Interface().(time.Time)), nil
		}
	}
	return value{}, fmt.Errorf("%w: a %s is none of text, a number, a boolean, a time.Time, nil", ErrValue, v.Type())
}

var (
	timeType   = reflect.TypeFor[time.Time]()
	numberType = reflect.TypeFor[json.Number]()
)

// takes tells whether values of a type can be cells at all.
func takes(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Interface, reflect.String, reflect.Bool, reflect.Float32, reflect.Float64:
		return true
	case reflect.Struct:
		return t == timeType
	}
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64
}

// float is a number as a quantity: integers and texts of more digits than float64 holds become the nearest one, as those of a file do.
func (v *value) float() (float64, error) {
	switch v.kind {
	case floatValue:
		return v.f, nil
	case intValue:
		return float64(v.i), nil
	case uintValue:
		return float64(v.u), nil
	case digitValue:
		if x, _, ok := number([]byte(v.s), '.'); ok {
			return x, nil
		}
		return 0, fmt.Errorf("%w: the json.Number %s is no number", ErrValue, quote(v.s))
	}
	return 0, fmt.Errorf("%w: it is %s, not a number", ErrValue, v.what())
}

// exact is below what float64 holds each whole number.
const exact = 1 << 53

// appendText appends a value as a cell is spelt: whole numbers by their digits, others by the fewest that tell them from all others.
func (v *value) appendText(b []byte) []byte {
	switch v.kind {
	case textValue, digitValue:
		return append(b, v.s...)
	case floatValue:
		if a := math.Abs(v.f); a != 0 && (a < 1e-6 || a >= 1e21) {
			return strconv.AppendFloat(b, v.f, 'e', -1, 64)
		}
		return strconv.AppendFloat(b, v.f, 'f', -1, 64)
	case intValue:
		return strconv.AppendInt(b, v.i, 10)
	case uintValue:
		return strconv.AppendUint(b, v.u, 10)
	case boolValue:
		return strconv.AppendBool(b, v.b)
	case timeValue:
		return v.t.AppendFormat(b, time.RFC3339Nano)
	}
	return b
}

// what says it in messages.
func (v *value) what() string {
	name := [...]string{"nil", "text", "a number", "a number", "a number", "a number", "a boolean", "a time"}[v.kind]
	if v.kind == nilValue {
		return name
	}
	return name + ": " + quote(string(v.appendText(nil)))
}

// seconds reads a time as a column of dates does: by the clock of the column's zone if it has one, and else by the clock of the time's own
// place. A month is its first day.
func (f *DateForm) seconds(t time.Time) (float64, error) {
	switch {
	case f.Zone == "":
	case f.Zone[0] == '+' || f.Zone[0] == '-':
		minutes, err := zoneMinutes(f.Zone)
		if err != nil {
			return 0, err
		}
		t = t.UTC().Add(time.Duration(minutes) * time.Minute)
	default:
		if name, _ := t.Zone(); name != f.Zone {
			return 0, fmt.Errorf("%w: a time in %s, and the column's are in %s, which names no one clock", ErrValue, name, f.Zone)
		}
	}
	year, month, day := t.Date()
	if year < 1 || year > 9999 {
		return 0, fmt.Errorf("%w: the year %d", ErrValue, year)
	}
	clock := float64(t.Hour()*3600+t.Minute()*60+t.Second()) + float64(t.Nanosecond())/1e9
	switch {
	case f.Layout == "":
		return clock, nil
	case ofMonths(f.Layout):
		if year < firstYearOfMonths || year > lastYearOfMonths {
			return 0, fmt.Errorf("%w: the year %d of a month", ErrValue, year)
		}
		day, clock = 1, 0
	}
	return clock + float64(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()), nil
}

// zoneMinutes reads +02:00.
func zoneMinutes(zone string) (int, error) {
	t, err := time.Parse("-07:00", zone)
	if err != nil {
		return 0, fmt.Errorf("%w: the column's zone is %s", ErrValue, quote(zone))
	}
	_, seconds := t.Zone()
	return seconds / 60, nil
}
