package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

const (
	systemExec     = false
	systemNonblock = 0
)

// systemStat opens the thing to learn its identity, which a Windows directory listing does not tell. What cannot be opened (Office holds it alone)
// keeps a zero ID.
func systemStat(root *os.Root, p string, info fs.FileInfo, s *Stat) {
	if p == "" || info.Mode()&(fs.ModeSymlink|fs.ModeIrregular) != 0 {
		if f, err := root.Open("."); err == nil && p == "" && info.IsDir() {
			systemFileStat(f, s)
			f.Close()
		}
		return
	}
	f, err := root.Open(filepath.FromSlash(p))
	if err != nil {
		return
	}
	defer f.Close()
	systemFileStat(f, s)
}

// basicInfo is FILE_BASIC_INFO; times count 100 ns since 1601.
type basicInfo struct {
	Creation, Access, Write, Change int64
	Attributes                      uint32
	_                               uint32
}

const ticksTo1970 = 116444736000000000

func systemFileStat(f *os.File, s *Stat) {
	handle := windows.Handle(f.Fd())
	var by windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(handle, &by); err == nil {
		s.ID = ID{Volume: uint64(by.VolumeSerialNumber), File: uint64(by.FileIndexHigh)<<32 | uint64(by.FileIndexLow)}
		s.Links = by.NumberOfLinks
	}
	var basic basicInfo
	err := windows.GetFileInformationByHandleEx(handle, windows.FileBasicInfo, (*byte)(unsafe.Pointer(&basic)), uint32(unsafe.Sizeof(basic)))
	if err == nil && basic.Change > ticksTo1970 {
		s.Ctime = (basic.Change - ticksTo1970) * 100
	}
}

func systemVolume(dir string) (string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var by windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &by); err != nil {
		return "", err
	}
	return fmt.Sprintf("%08x", by.VolumeSerialNumber), nil
}

func systemHide(local string) error {
	p, err := windows.UTF16PtrFromString(local)
	if err != nil {
		return err
	}
	return windows.SetFileAttributes(p, windows.FILE_ATTRIBUTE_HIDDEN)
}

// systemSync flushes a file. Windows cannot flush a directory; NTFS journals its entries in order.
func systemSync(root *os.Root, local string) error {
	info, err := root.Lstat(local)
	if err != nil || info.IsDir() {
		return err
	}
	f, err := root.OpenFile(local, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func systemNoLinks(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_FUNCTION) || errors.Is(err, windows.ERROR_NOT_SUPPORTED) || errors.Is(err, windows.ERROR_TOO_MANY_LINKS)
}

func systemRename(*os.Root, string, string) error   { return errors.ErrUnsupported }
func systemExchange(*os.Root, string, string) error { return errors.ErrUnsupported }

// systemBusy opens the file without allowing writers: Windows refuses while there is one.
func systemBusy(local string) error {
	p, err := windows.UTF16PtrFromString(local)
	if err != nil {
		return err
	}
	h, err := windows.CreateFile(p, windows.GENERIC_READ, windows.FILE_SHARE_READ|windows.FILE_SHARE_DELETE, nil, windows.OPEN_EXISTING,
		windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if err != nil {
		return err
	}
	return windows.CloseHandle(h)
}

func systemSpace(dir string) (Space, error) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return Space{}, err
	}
	var free, total uint64
	err = windows.GetDiskFreeSpaceEx(p, &free, &total, nil)
	return Space{Free: free, Total: total}, err
}
