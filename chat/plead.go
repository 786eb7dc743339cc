package chat

import (
	"context"

	"lanyard/chat/membership"
)

// Who is no member is not asked for words by gaps. They are told of less than is here, so that they send again what is lacked: see plea.

// pleadAnew has our vector sent to those who were asked for words as a member among members until this change, if words are lacked: the answer may have been that we get none.
func (c *Chat) pleadAnew(v *conversation, before, now *membership.State) {
	self := c.config.Identity.Person()
	if !before.Has(self) {
		return
	}
	var parted []*session
	for _, s := range c.sessionsOf(v) {
		if who := s.link.Person(); s.takesBare() && before.Has(who) && !(now.Has(who) && now.Has(self)) {
			parted = append(parted, s)
		}
	}
	if len(parted) == 0 {
		return
	}
	c.begin(func() {
		lacks, err := c.lacksAny(c.life, v)
		if err != nil && c.life.Err() == nil {
			c.config.Log.Warn("look for words to ask for of who is no member any more; it is done again at the next link", "error", err)
		}
		for _, s := range parted {
			if lacks && s.running() {
				s.requestAgain()
			}
		}
	})
}

// lacksAny reports whether words are lacked in a room.
func (c *Chat) lacksAny(ctx context.Context, v *conversation) (bool, error) {
	if err := c.learnLacked(ctx, v); err != nil {
		return false, err
	}
	l := v.room.lacked.now.Load()
	return !l.isKnown() || len(c.lacks(v, l)) > 0, nil // where that is just changing, once more does no harm
}
