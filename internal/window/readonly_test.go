package window_test

import (
	"testing"
)

// readOnly has Ana let Ben only read the folder for a while.
func readOnly(t *testing.T, ana, ben *desk, _ string) {
	ana.click(".head-shared", "Budget 2027")
	ben.click(".head-shared", "Budget 2027")
	ben.click(".pane .tab", "What happened")
	ana.click(".member button", "Benedikt Becker in this folder")
	ana.see(".menu-item[aria-checked=true]", "May change everything")
	ana.looks("roles")
	ana.click(".menu-item", "May only read")
	ana.see(".member", "may only read")
	ben.see(".share-role", "You may only read this folder")
	write(t, ben.path("Budget 2027", "Mine.txt"), "Ben's own")
	ben.see("[data-notice=only-here]", "Mine.txt stays on this computer only")
	ben.see(".share-role summary", "1 file only on this computer")
	ben.click(".share-role summary", "1 file only on this computer")
	ben.see(".share-role .file-link", "Mine.txt")
	ben.looks("read-only")
	write(t, ana.path("Budget 2027", "Rent.txt"), "1600, and Ben may only read")
	ben.says("1600, and Ben may only read", "Budget 2027", "Rent.txt")
	ana.click(".member button", "Benedikt Becker in this folder")
	ana.click(".menu-item", "May change everything")
	ben.until("Ben may change it again", `!document.querySelector(".share-role")?.textContent.includes("You may only read")`)
	ben.see(".only-here", "Mine.txt")
	ben.looks("only here")
	ben.click(".share-role details > .button", "Share it")
	ana.says("Ben's own", "Budget 2027", "Mine.txt")
	ben.until("nothing is only here", `!document.querySelector(".share-role")`)
	handOver(ana, ben)
	ana.click(".pane button", "Close")
	ben.click(".pane button", "Close")
}

// handOver has Ana bound how fast the folder goes, and hand it to Ben, who hands it back.
func handOver(ana, ben *desk) {
	ana.click(".pane button", "More for Budget 2027")
	ana.click(".menu-item", "Limit how fast")
	ana.see(".dialog", "Sends at most")
	ana.looks("limit")
	ana.click(".dialog .button-main", "Save")
	ana.until("the dialog is gone", `!document.querySelector(".dialog")`)
	for _, way := range []struct {
		from, to *desk
		name     string
	}{{ana, ben, "Benedikt Becker"}, {ben, ana, "Ana Almeida"}} {
		way.from.click(".member button", way.name+" in this folder")
		way.from.click(".menu-item", "Hand the folder over")
		way.from.see(".dialog", "Hand “Budget 2027” over to "+way.name)
		way.from.click(".dialog .button-danger", "Offer it")
		way.from.see(".share-role", "Offered to "+way.name)
		way.to.see(".share-role", "you decide who takes part")
		way.to.looks("offered to " + way.name)
		way.to.click(".share-role button", "Take it over")
		way.from.until("the folder is theirs", `!document.querySelector(".share-role") && document.querySelector(".member").textContent.includes(%s)`, way.name)
	}
}
