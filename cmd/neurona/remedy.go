package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
)

// flagOf is the flag that stands for an option of package table, or of model, "" if none does.
func flagOf(option string) string {
	switch option {
	case "Labels", "LabelsIn":
		return "label"
	case "WeightColumn":
		return "weight"
	case "GroupColumn":
		return "group"
	case "PastFutureColumn":
		return "past-future"
	case "AsTask":
		return "task"
	case "ScaleBy":
		return "scale"
	case "ScaleTargets":
		return "scale-target"
	case "RareBelow":
		return "rare-below"
	case "MaxLevels":
		return "max-levels"
	case "MaxColumns":
		return "max-columns"
	case "MaxRecord":
		return "max-record"
	case "MaxMemory":
		return "max-memory"
	case "MaxRatio":
		return "max-ratio"
	case "model.Loss":
		return "loss"
	case "model.LabelSmoothing":
		return "label-smoothing"
	case "model.Test":
		return "test"
	case "model.Validation":
		return "validation"
	case "model.DropGaps":
		return "missing"
	case "As", "Comma", "Comment", "Decimal", "Drop", "Encoding", "Header", "Na", "Only", "Quote", "Skip":
		return strings.ToLower(option)
	}
	return ""
}

// flagged spells what helps as the command has it: --encoding latin1.
func flagged(c table.Cure) string {
	flag := flagOf(c.Option)
	if flag == "" {
		return ""
	}
	switch v := c.Value.(type) {
	case nil:
		if flag == "missing" {
			return "--missing " + missingImpute
		}
		return "--" + flag
	case rune:
		if v == 0 {
			return "--" + flag + " none"
		}
		return "--" + flag + " " + shellWord(spellCharacter(v))
	case table.HeaderMode:
		return "--" + flag + " " + strings.ToLower(v.String())
	default:
		return "--" + flag + " " + shellWord(fmt.Sprint(v))
	}
}

// shellWord spells a word so that shells take it for one.
func shellWord(s string) string {
	const plain = "-_=.,:/@%+"
	special := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune(plain, r)
	}
	if s != "" && strings.IndexFunc(s, special) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// describeError is an error's text, in which what helps with a table is said in flags. That is done here and not where the errors come
// from: package table is called in many places, of which none can be forgotten so, and all that wraps its errors has their texts as
// they are.
func describeError(err error) string { return respell(err.Error(), err) }

// respell says in a text in flags what helps with the errors of tables that an error is made of.
func respell(text string, err error) string {
	if file, ok := err.(*table.Error); ok {
		text = strings.Replace(text, file.Error(), file.Spell(flagged), 1)
	}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			text = respell(text, inner)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range err.Unwrap() {
			text = respell(text, inner)
		}
	}
	return text
}

// blameTable says which flag an error about an option of package table, or of model, comes from.
func blameTable(err error) error {
	e := (*table.OptionError)(nil)
	if of := (*model.OptionError)(nil); errors.As(err, &of) {
		e = &table.OptionError{Option: "model." + of.Option, Got: of.Got, Want: of.Want, Err: of.Err}
	} else if !errors.As(err, &e) {
		return blameUsage(partError(err))
	}
	switch flag := flagOf(e.Option); {
	case flag == "":
		return err
	case e.Err != nil:
		return flagError(flag, e.Err)
	default:
		return badFlag(flag, e.Got, e.Want)
	}
}
