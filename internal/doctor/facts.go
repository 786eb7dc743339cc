package doctor

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Facts is what Gather saw. An error in it is a fact too.
type Facts struct {
	Subject
	Interfaces    []Interface
	InterfacesErr error
	MDNS          error // why UDP port 5353 cannot be shared; nil = it can
	LinkPort      PortUse
	Writable      error // why the profile cannot be written; nil = it can
	Disks         []DiskSpace
	Watch         WatchLimit
}

// DiskSpace is the free space of one disk.
type DiskSpace struct {
	Path string // the first folder asked about that lies on it
	Free int64  // bytes this user may still write
	Err  error
}

// WatchLimit says whether folders can be watched for changes.
type WatchLimit struct {
	Limit     int   // folders one user may watch; 0 = no such limit on this system, or not known
	Watches   error // why no folder can be watched at the moment
	Instances error // why no program can begin to watch
}

// errNoDisk is what space returns for a file system that the kernel makes up: it cannot be full.
var errNoDisk = errors.New("no disk")

// Gather looks at the machine.
func Gather(ctx context.Context, s Subject) Facts {
	f := Facts{Subject: s, MDNS: shareMDNS(), Watch: watchLimit(existing(s.Profile)), Writable: writable(s.Profile)}
	f.Interfaces, f.InterfacesErr = interfaces()
	if s.Agent == nil || s.Agent.Port != s.Port {
		f.LinkPort = useOf(ctx, s.Port)
	}
	seen := map[string]bool{}
	for _, folder := range append([]string{s.Profile}, s.Folders...) {
		free, disk, err := space(existing(folder))
		if errors.Is(err, errNoDisk) || err == nil && seen[disk] {
			continue
		}
		seen[disk] = true
		f.Disks = append(f.Disks, DiskSpace{folder, free, err})
	}
	return f
}

// existing returns the folder or the nearest one above it that exists, in which it would be made.
func existing(folder string) string {
	for {
		_, err := os.Stat(folder)
		above := filepath.Dir(folder)
		if !errors.Is(err, fs.ErrNotExist) || above == folder {
			return folder
		}
		folder = above
	}
}

// writable tries to write where the profile is, or would be.
func writable(profile string) error {
	f, err := os.CreateTemp(existing(profile), ".lanyard-doctor-*")
	if err != nil {
		return plain(err)
	}
	return plain(errors.Join(f.Close(), os.Remove(f.Name())))
}

// plain takes the name of the temporary file out of an error, as it says nothing to people.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
