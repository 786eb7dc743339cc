// Package api holds the types and the client of the local API: what window, tray, command line and other people's scripts say to the agent.
package api
