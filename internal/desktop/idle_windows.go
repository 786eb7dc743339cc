package desktop

import (
	"context"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// lastInputInfo is LASTINPUTINFO of winuser.h.
type lastInputInfo struct {
	size uint32
	time uint32 // in milliseconds of GetTickCount, which wraps every 49.7 days
}

// idleMeter asks Windows, which keeps the time of the last input of each session.
type idleMeter struct{}

func (*idleMeter) close() {}

func (*idleMeter) read(context.Context) (time.Duration, error) {
	user32 := windows.NewLazySystemDLL("user32.dll")
	kernel32 := windows.NewLazySystemDLL("kernel32.dll")
	info := lastInputInfo{size: uint32(unsafe.Sizeof(lastInputInfo{}))}
	if ok, _, err := user32.NewProc("GetLastInputInfo").Call(uintptr(unsafe.Pointer(&info))); ok == 0 {
		return 0, fmt.Errorf("ask Windows for idle time: %w", err)
	}
	now, _, _ := kernel32.NewProc("GetTickCount").Call()
	return time.Duration(uint32(now)-info.time) * time.Millisecond, nil
}
