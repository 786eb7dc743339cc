package share_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"lanyard/sync/share"
)

// mistake is one that another program is known for; its number is that of the study of what they lost.
type mistake struct {
	name     string
	mutant   share.Mutant // made by the engine
	careless carelessness // or by how it looks at the disk
	finds    string       // what is said of it
	test     string       // that finds it; "" = the simulation
	first    int          // the seed to begin with: it has found this one before
	acts     []string     // what is done in the simulation, over and over; what else is drawn is as in all
	names    []string     // that people use; nil as in all
	blind    bool         // all disks are blind to case
}

// mistakes are those that are switched on, and which property finds each.
var mistakes = []mistake{
	{name: "L1: a conflict about a copy of a conflict loses it", mutant: share.Copyless, finds: `P1: `, first: 1, acts: []string{"writes a file in place", "saves a file", "is cut off", "and all are joined"}, names: []string{"a.txt"}},
	{name: "L2: of many copies the older ones go", mutant: share.Pruning, finds: `P[12]: `, first: 2, acts: []string{"saves what nobody removes", "saves what nobody removes", "is cut off", "and all are joined"}},
	{name: "L3, L4, L9: a folder in the place of the shared one is taken for it", careless: trusting, finds: `P[12]`, first: 1, acts: []string{"saves a file", "has another disk in its place", "has its disk again"}},
	{name: "L5: what lies in a folder when it is joined is overwritten", mutant: share.Overwriting, finds: `P1: `, first: 1, acts: []string{"saves a file", "loses its database", "stops", "starts"}},
	{name: "L6: a folder is shared twice", mutant: share.Overlapping, finds: `a folder in a shared one: <nil>`, test: "TestRootsRefused"},
	{name: "L7: names that a disk takes for one are taken for two", careless: unseeing, finds: `P[0-9]+: `, first: 1, acts: []string{"saves a file", "saves a file", "is cut off", "and all are joined"}, blind: true},
	{name: "L8: numbers are given twice", mutant: share.Renumbering, finds: `P[169]: |P10: `, first: 2, acts: []string{"saves a file", "saves a file", "keeps an image", "goes on with an image"}, names: []string{"a.txt", "b.txt"}},
	{name: "L10: what is still written to is read", mutant: share.Unguarded, finds: `P4: `, first: 2, acts: []string{"saves a file", "writes for long"}},
	{name: "L11: deletions are forgotten too early", mutant: share.Forgetful, finds: `P[39]: `, first: 3, acts: []string{"saves a file", "removes something", "stops", "starts"}, names: []string{"a.txt", "b.txt"}},
	{name: "L12: that the watcher has lost something is overlooked", mutant: share.Overlooked, finds: `P12: `, test: "TestSimulationInTurn"},
	{name: "L13: what is replaced is removed first", mutant: share.Torn, finds: `P[15]: |P15: `, first: 1, acts: []string{"saves what nobody removes", "will lose its power"}},
	{name: "L19: the database is ahead of the disk", mutant: share.Unflushed, finds: `P[0-9]+: `, first: 2, acts: []string{"saves what nobody removes", "saves a file", "will lose its power"}},
	{name: "L20: a full disk is overlooked", careless: unchecked, finds: `P[0-9]+: `, first: 1, acts: []string{"saves a file", "has a full disk"}},
}

// mistakeSeeds is within how many seeds each must be found.
const mistakeSeeds = 20

// course draws one in which the mistake is likely to show.
func (m *mistake) course(seed uint64) course {
	c := draw(seed)
	c.people, c.graph = min(c.people, 3), nil
	c.steps = drawSteps(rand.New(rand.NewPCG(seed, 17)), c.people, m.acts, 30)
	if m.names != nil {
		c.names = m.names
	}
	for i := range c.people {
		c.ears[i] = good
		c.kinds[i].CaseBlind = c.kinds[i].CaseBlind || m.blind
	}
	return c
}

// TestMutants switches one mistake after the other on, and looks whether the simulation finds it: each run is a process of its own, which must fail. The same
// course without the mistake must not.
func TestMutants(t *testing.T) {
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			finds := regexp.MustCompile(m.finds)
			for seed := m.first; seed < m.first+mistakeSeeds; seed++ {
				out, err := m.try(t, seed, m.name)
				if err == nil || !finds.Match(out) {
					continue
				}
				t.Logf("seed %d: %s", seed, finds.Find(out))
				if out, err := m.try(t, seed, ""); err != nil {
					t.Errorf("seed %d fails without the mistake, too: %v\n%s", seed, err, out)
				}
				return
			}
			t.Errorf("not found with %d seeds", mistakeSeeds)
		})
	}
}

// try runs one seed, with or without a mistake. Some of them turn in circles for ever.
func (m *mistake) try(t *testing.T, seed int, made string) ([]byte, error) {
	self, err := os.Executable()
	check(t, err)
	cmd := exec.CommandContext(t.Context(), self, "-test.run", "^"+cmp.Or(m.test, "TestSimulation")+"$", "-test.timeout", "10m")
	cmd.Env = append(os.Environ(), "LANYARD_COURSE="+m.name, "LANYARD_MUTANT="+made, fmt.Sprint("LANYARD_SEED=", seed))
	return cmd.CombinedOutput()
}

// mutantNow is the mistake that this run is to find, nil if none is made; courseNow is the one for which the course is drawn.
func mutantNow() *mistake { return mistakeIn("LANYARD_MUTANT") }

func courseNow() *mistake { return mistakeIn("LANYARD_COURSE") }

func mistakeIn(variable string) *mistake {
	text := os.Getenv(variable)
	for i, m := range mistakes {
		if m.name == text {
			return &mistakes[i]
		}
	}
	return nil
}
