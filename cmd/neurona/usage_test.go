package main

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestBadUsage gives command lines that make no sense. Each must end with exit
// code 2, before anything is written to standard output, and say what to do.
func TestBadUsage(t *testing.T) {
	t.Setenv(dataVariable, "")
	iris := file(t, "flowers.csv", flowers(30))
	prices := file(t, "prices.csv", houses(30))
	twins := file(t, "twins.csv", "x,x,a=b,y\n1,2,3.5,p\n3,4,4.5,q\n5,1,2.5,p\n7,3,5.5,q\n")
	unnamed := file(t, "unnamed.csv", ",x,y\n4.5,1,p\n3.5,2,q\n5.5,5,p\n7.5,3,q\n")
	circle := train(t, "--epochs", "1")
	folder := t.TempDir()
	for _, c := range []struct{ args, want string }{
		{"trian", `unknown command "trian", did you mean "train"?`},
		{"train circle", `unexpected argument "circle"`},
		{"train --activaton relu", `unknown flag "--activaton", did you mean "--activation"?`},
		{"train -x", "unknown shorthand flag: 'x'"},
		{"train --epochs many", `invalid argument "many" for "--epochs"`},
		{"train --data", "flag needs an argument: --data"},
		{"train --data circel", `--data: unknown data set "circel", did you mean "circle"?`},
		{"train --data mnist", "--data mnist needs --data-dir"},
		{"train --activation rleu", `--activation: unknown activation "rleu", did you mean "relu"?`},
		{"train --activation heaviside", "--activation: heaviside has a derivative of zero"},
		{"train --activation step", `activation "step" is written heaviside`},
		{"train --loss msee", `--loss: unknown loss "msee", did you mean "mse"?`},
		{"train --data spiral --loss binary_cross_entropy", "--loss is binary_cross_entropy, want cross_entropy: spiral has 3 classes"},
		{"train --loss gaussian", "--loss: gaussian is for programs: its outputs are of link mean_variance"},
		{"train --loss split([1],mse)", "--loss: split([1], mse) is for programs: a model predicts one thing of a column"},
		{"train --data circle --loss huber(2)", "--loss is huber(delta=2), want one that tells classes apart"},
		{"train --loss bce", `--loss: loss "bce" is written binary_cross_entropy here`},
		{"train --optimizer adm", `--optimizer: unknown optimizer "adm", did you mean "adam"?`},
		{"train --optimizer Adam", `--optimizer: unknown optimizer "Adam", did you mean "adam"?`},
		{"train --optimizer sgd(lr=-1)", "--optimizer: column 8: sgd: lr is -1, want a number, at least 0"},
		{"train --optimizer sgd(0.1,nesterov)", "--optimizer: sgd: momentum is 0, want more than 0"},
		{"train --optimizer adam(lr=0.1) --lr 0.2", "--optimizer: adam: lr comes again"},
		{"train --optimizer sgd(0.1,0.9) --momentum 0.5", "--optimizer: sgd: momentum comes again"},
		{"train --optimizer adam(momentum=1)", `--optimizer: column 6: unknown argument of adam "momentum"`},
		{"train --schedule warmup", "--schedule: warmup: steps is missing"},
		{"train --schedule warmup(5,cosin)", `--schedule: column 10: unknown schedule "cosin", did you mean "cosine"?`},
		{"train --schedule cosin", `--schedule: unknown schedule "cosin", did you mean "cosine"?`},
		{"train --scale standardize", `--scale: unknown scaling "standardize", did you mean "standardise"?`},
		{"train --header maybe --data " + iris, `--header: unknown choice "maybe"`},
		{"train --comma ;; --data " + iris, "--comma is"},
		{"train --backend natvie", `unknown backend "natvie", did you mean "native"?`},
		{"train --isa avx3", `ISA "avx3"`},
		{"train --precision bf15", `--precision: unknown precision "bf15", did you mean "bf16"?`},
		{"train --workers -1", "--workers is -1, want"},
		{"train --workers 100000", "--workers is 100000, want"},
		{"train --hidden 4,x", `--hidden is "4,x", want`},
		{"train --hidden 0", `--hidden is "0", want`},
		{"train --hidden 100000,100000,100000", "want fewer neurons"},
		{"train --epochs 0", "--epochs is 0, want at least 1"},
		{"train --epochs " + strconv.Itoa(math.MaxInt), "want at most " + strconv.Itoa(math.MaxInt/100) + ": batches are counted"},
		{"train --batch -3", "--batch is -3, want at least 1"},
		{"train --lr 0", "--lr is 0, want a finite number above 0"},
		{"train --lr NaN", "--lr is NaN, want a finite number above 0"},
		{"train --lr 1e300", "--lr is 1e+300, want a finite number above 0"},
		{"train --momentum 1 --optimizer sgd", "--momentum is 1, want"},
		{"train --momentum 0.9", "--momentum is of sgd"},
		{"train --momentum 0 --optimizer nesterov", "needs a --momentum above 0"},
		{"train --weight-decay -0.1", "--weight-decay is -0.1, want"},
		{"train --warmup -1", "--warmup is -1, want"},
		{"train --warmup 1000000", "--warmup is 1000000, want fewer steps than the 50000"},
		{"train --schedule warmup(1000000,cosine)", "--schedule is warmup(1000000,cosine), want a warmup of fewer steps than the 50000"},
		{"train --optimizer sgd --schedule one_cycle", "--schedule: optimizer: schedule one_cycle moves the momentum of sgd"},
		{"train --epochs 3 --schedule per_epoch(warmup(3,cosine))", "--schedule is per_epoch(warmup(3,cosine)), want a warmup of fewer epochs than the 3"},
		{"train --warmup 5 --schedule warmup(10,cosine)", "--warmup is 5, want none beside the 10 steps of --schedule"},
		{"train --clip-norm -1", "--clip-norm is -1, want"},
		{"train --accumulate 0", "--accumulate is 0, want"},
		{"train --dropout 1", "--dropout is 1, want"},
		{"train --norm batch_norm --batch 1", "--batch is 1, want at least 2 rows beside --norm batch_norm"},
		{"train --norm layer_norm --hidden 4,1", "--norm is layer_norm, want none with a hidden layer of 1 neuron, as in --hidden 4,1"},
		{"train --dropout 0.5 --hidden none", "--dropout needs a hidden layer"},
		{"train --validation 1", "--validation is 1, want"},
		{"train --early-stop 3", "--early-stop needs --validation"},
		{"train --early-stop -3", "--early-stop is -3, want"},
		{"train --target-accuracy 98", "--target-accuracy is 98, want a fraction"},
		{"train --target-accuracy 0", "--target-accuracy is 0, want a fraction"},
		{"train --target-accuracy 0.9 --validation 0.1 --data " + prices, "--target-accuracy is 0.9, want no target"},
		{"train --rows 0", "--rows is 0, want"},
		{"train --rows 1", "--rows is 1, want 2 to 4194304"},
		{"train --rows 10 --data " + iris, "--rows is of built-in data"},
		{"train --data xor --rows 3", "Rows is 3, want 4"},
		{"train --test 0.5", "--test is of tables"},
		{"train --comma ;", "--comma is of tables: circle is built in"},
		{"train --data moons --header no", "--header is of tables: moons is built in"},
		{"eval " + circle + " --label x", "--label is of tables: circle is built in"},
		{"eval " + circle + " --strict", "--strict is of tables: circle is built in"},
		{"eval " + circle + " --data circle --decimal ,", "--decimal is of tables: circle is built in"},
		{"train --test 1 --data " + iris, "--test is 1, want"},
		{"train --test -0.1 --data " + iris, "--test is -0.1, want a fraction, at least 0"},
		{"train --label x", "--label is of tables"},
		{"train --data " + iris + " --label speices", `--label: unknown column "speices", did you mean "species"?`},
		{"train --target-accuracy 0.9 --data " + iris, "--target-accuracy needs --validation"},
		{"train --activation=", "--activation: "},
		{"train --scale=", "--scale: unknown scaling"},
		{"train --task regresion --data " + prices, `--task: unknown task "regresion", did you mean "regression"?`},
		{"train --drop hight --data " + iris, `--drop: unknown column "hight"`},
		{"train --weight wdth --data " + iris, `--weight: unknown column "wdth", did you mean "width"?`},
		{"train --as width=categorie --data " + iris, `--as: unknown kind "categorie", did you mean "category"?`},
		{"train --as width --data " + iris, `--as is "width", want a column and what it is`},
		{"train --as width=number --as width=category --data " + iris, `--as: column "width" is "number" and "category": want one of them`},
		{"train --as #2=decimal_comma --as length=category --as width=category --data " + iris, `--as: column "width" is "decimal_comma" and "category": want one of them`},
		{"train --as x=category --as x#2=number --as x#1=category --data " + twins, `--as: column #2 is "category" and "number": want one of them`},
		{"train --as a=b=number --as a=b=code --data " + twins, `--as: column "a=b" is "number" and "code": want one of them`},
		{"inspect " + iris + " --as width=number --as width=category", `--as: column "width" is "number" and "category": want one of them`},
		{"train --label 2 --data " + iris, "#1 is the first column"},
		{"train --scale-target robust --data " + prices, "--scale-target: unknown scaling"},
		{"train --missing keep --data " + prices, "--missing: unknown choice"},
		{"train --group length --past-future width --data " + iris, "--group and --past-future"},
		{"train --encoding utf8 --data " + iris, `--encoding: unknown encoding "utf8", did you mean "utf-8"?`},
		{"train --comma ;; --data " + iris, `--comma is ";;", want one character, or auto`},
		{"train --skip -1 --data " + iris, "--skip is -1, want 0 or more"},
		{"train --max-columns -1 --data " + iris, "--max-columns is -1, want"},
		{"train --max-ratio -1 --data " + iris, "--max-ratio is -1, want"},
		{"train --max-memory 2GB --data " + iris, `--max-memory is "2GB", want a size, such as`},
		{"train --max-record 9999999TiB --data " + iris, `--max-record is "9999999TiB", want a size`},
		{"train --skip 1", "--skip is of tables"},
		{"train --decimal x --data " + iris, "--decimal is"},
		{"train --drop a", "--drop is of tables: circle is built in"},
		{"train --data circle --data moons", "circle alone: it is built in"},
		{"train --seed -1", `invalid argument "-1" for "--seed"`},
		{"train --plot a.bmp", `--plot: unknown kind of file ".bmp"`},
		{"train --save " + filepath.Join(folder, "missing", "m.safetensors"), "--save: "},
		{"train --save " + folder, "want a file, not a folder"},
		{"train --plot " + filepath.Join(iris, "p.png"), "--plot"},
		{"train --only width --columns c.json --data " + iris, "--only and --columns: the file says of all columns whether they are used"},
		{"train --columns c.json", "--columns is of tables: circle is built in"},
		{"inspect", "FILE is missing"},
		{"inspect " + iris + " --label speices", `--label: unknown column "speices", did you mean "species"?`},
		{"inspect " + iris + " --as width=categorie", `--as: unknown kind "categorie", did you mean "category"?`},
		{"inspect " + iris + " --labl x", `unknown flag "--labl", did you mean "--label"?`},
		{"inspect " + iris + " --task regresion", `--task: unknown task "regresion", did you mean "regression"?`},
		{"inspect " + iris + " --header maybe", `--header: unknown choice "maybe"`},
		{"inspect " + iris + " --only width --columns c.json", "--only and --columns"},
		{"inspect " + iris + " --write " + folder, "want a file, not a folder"},
		{"eval", "MODEL is missing"},
		{"info --batch 3", "--batch is of a network: --net is missing"},
		{"info --net 4-4 --batch 100000000", "--batch is 100000000, want 1 to 131072"},
		{"info --net 4-4 --activation relo", "unknown activation \"relo\""},
		{"eval a b", `unexpected argument "b"`},
		{"eval m --data circel", `unknown data set "circel", did you mean "circle"?`},
		{"predict", "MODEL is missing"},
		{`train --data ""`, `--data is "", want a file`},
		{`train --label "" --data ` + unnamed, `--label is "", want a column, by name, or #3 for the third`},
		{`train --drop "" --data ` + unnamed, `--drop is "", want a column`},
		{`train --only "" --data ` + unnamed, `--only is "", want a column`},
		{`train --weight "" --data ` + iris, `--weight is "", want a column`},
		{`train --group "" --data ` + iris, `--group is "", want a column`},
		{`train --past-future "" --data ` + iris, `--past-future is "", want a column`},
		{`train --columns "" --data ` + iris, `--columns is "", want the name of a file`},
		{`inspect --group "" ` + iris, `--group is "", want a column`},
		{`inspect ""`, `FILE is "", want the name of a file`},
		{`inspect ` + iris + ` ""`, `FILE is "", want the name of a file`},
		{`eval ""`, `MODEL is "", want the name of a file`},
		{`eval m --data ""`, `--data is "", want a file`},
		{`eval m --label "" --data ` + unnamed, `--label is "", want a column`},
		{`predict "" ` + iris, `MODEL is "", want the name of a file`},
		{`predict m ""`, `FILE is "", want the name of a file`},
		{`predict m --label "" ` + unnamed, `--label is "", want a column`},
		{"train --data " + folder, "--data is " + folder + ", want files, and " + folder + " is a folder: '" + filepath.Join(folder, "*.csv") + "' names those in it"},
		{"train --data " + iris + " --data " + folder, folder + " is a folder"},
		{"train --data " + folder + "*", folder + " is a folder"},
		{"train --data - --data " + iris + " --data -", "want - once: standard input can be read once"},
		{"inspect - -", "FILE is -, -, want - once"},
		{"inspect " + folder, "FILE is " + folder + ", want files, and " + folder + " is a folder: '"},
		{"inspect " + iris + " " + folder, folder + " is a folder"},
		{"eval m --data " + folder, "--data is " + folder + ", want files"},
		{"predict m " + folder, "FILE is " + folder + ", want files"},
		{"predict " + folder + " " + iris, "MODEL is " + folder + ", want a file, not a folder"},
		{"eval " + folder + " --data circle", "MODEL is " + folder + ", want a file, not a folder"},
		{"eval m --data circle --precision hihg", `--precision: unknown precision "hihg", did you mean "high"?`},
		{"predict m --precision float64", `--precision: unknown precision "float64", did you mean "float32"?`},
		{"info --precision bf17", `--precision: unknown precision "bf17", did you mean "bf16"?`},
		{"info --backend nativ", `unknown backend "nativ", did you mean "native"?`},
	} {
		t.Run(c.args, func(t *testing.T) {
			args := strings.Fields(c.args)
			for i, arg := range args {
				if arg == `""` { // as in a shell
					args[i] = ""
				}
			}
			o := command(t, "", args...)
			if o.code != exitUsage {
				t.Errorf("exit code %d, want %d", o.code, exitUsage)
			}
			if !strings.Contains(o.stderr, c.want) {
				t.Errorf("stderr lacks %q:\n%s", c.want, o.stderr)
			}
			if !strings.Contains(o.stderr, "--help' for usage.") {
				t.Errorf("stderr does not point to --help:\n%s", o.stderr)
			}
			if o.stdout != "" {
				t.Errorf("stdout has %q", o.stdout)
			}
		})
	}
}

func TestBadEnvironment(t *testing.T) {
	t.Setenv("NEURONA_ISA", "fast")
	o := command(t, "", "train", "--quiet")
	if o.code != exitUsage || !strings.Contains(o.stderr, "NEURONA_ISA") {
		t.Errorf("exit code %d, stderr %q, want 2 and the variable's name", o.code, o.stderr)
	}
}

// TestRateOfSpellings: a rule has the same rate however it is written.
func TestRateOfSpellings(t *testing.T) {
	rate := func(args ...string) string {
		t.Helper()
		o := command(t, "", append([]string{"train", "--json", "--epochs", "1"}, args...)...)
		if o.code != 0 {
			t.Fatalf("%v: exit %d, %s", args, o.code, o.stderr)
		}
		_, rest, _ := strings.Cut(o.stdout, `"learning_rate":`)
		number, _, _ := strings.Cut(rest, ",")
		return number
	}
	want := rate("--optimizer", "sgd(momentum=0.9)")
	for _, args := range [][]string{{"--optimizer", "sgd", "--momentum", "0.9"}, {"--optimizer", "ema(groups(sgd, by_role(bias, decay=0)), decay=0.9)", "--momentum", "0.9"}, {"--optimizer", "momentum"}, {"--optimizer", "sgd()", "--momentum", "0.9"}} {
		if got := rate(args...); got != want {
			t.Errorf("%v: rate %s, want %s", args, got, want)
		}
	}
	prices := file(t, "prices.csv", houses(30))
	for args, want := range map[string]string{
		"--optimizer sgd":                                 "0.5",
		"--optimizer sgd --data " + prices:                "0.1",
		"--optimizer momentum --data " + prices:           "0.01",
		"--optimizer sgd --lr 0.3 --data " + prices:       "0.3",
		"--optimizer muon --hidden 4,4":                   "0.02",
		"--optimizer muon(match_adamw=true) --hidden 4,4": "0.05",
	} {
		if got := rate(strings.Fields(args)...); got != want {
			t.Errorf("%s: rate %s, want %s", args, got, want)
		}
	}
}
