// The emoji that the picker offers, by group, with the words they are found by. Any other can be typed.

/** @type {{name: string, emoji: [string, string][]}[]} */
export const groups = [
	{ name: "Often used", emoji: [["👍", "thumbs up yes good"], ["👎", "thumbs down no"], ["❤️", "heart love"], ["😂", "tears of joy laugh"], ["🎉", "party celebrate"], ["🙏", "thanks please"], ["👀", "eyes look"], ["✅", "check done"], ["❌", "cross no"], ["🔥", "fire"], ["👏", "clap applause"], ["💯", "hundred"]] },
	{ name: "Faces", emoji: [["😀", "grin"], ["😃", "happy"], ["😄", "smile laugh"], ["😁", "beam"], ["😅", "sweat relief"], ["🙂", "slight smile"], ["🙃", "upside down"], ["😉", "wink"], ["😊", "blush"], ["😍", "love eyes"], ["😘", "kiss"], ["😋", "tasty"], ["😎", "cool sunglasses"], ["🤓", "nerd"], ["🤔", "think"], ["🤨", "doubt"], ["😐", "neutral"], ["🙄", "roll eyes"], ["😬", "grimace"], ["😴", "sleep"], ["🤒", "ill"], ["🤧", "sneeze"], ["🥳", "party"], ["😕", "confused"], ["😟", "worried"], ["😮", "surprised"], ["😢", "cry"], ["😭", "sob"], ["😱", "scream"], ["😠", "angry"], ["🤯", "mind blown"], ["🤗", "hug"], ["🤫", "quiet"], ["🫡", "salute"], ["🤷", "shrug"], ["🤦", "facepalm"]] },
	{ name: "Hands", emoji: [["👋", "wave hello"], ["👌", "ok"], ["✌️", "victory peace"], ["🤞", "fingers crossed luck"], ["🤝", "handshake deal"], ["👉", "point right"], ["👈", "point left"], ["👆", "point up"], ["👇", "point down"], ["✋", "hand stop"], ["💪", "strong"], ["✍️", "write"], ["🙌", "hooray"], ["🫶", "heart hands"]] },
	{ name: "Office", emoji: [["💻", "laptop computer"], ["🖥️", "screen computer"], ["🖨️", "printer"], ["📞", "phone call"], ["📧", "mail"], ["📎", "paperclip"], ["📁", "folder"], ["📄", "page document"], ["📊", "chart"], ["📅", "calendar date"], ["⏰", "alarm clock"], ["⏳", "wait hourglass"], ["📌", "pin"], ["🔒", "lock"], ["🔑", "key"], ["💡", "idea bulb"], ["🔧", "wrench repair"], ["🗑️", "bin trash"], ["💰", "money"], ["🏠", "home"], ["🏢", "office building"], ["🚪", "door"], ["❓", "question"], ["❗", "exclamation important"], ["⚠️", "warning"], ["🚀", "rocket launch"], ["🏁", "finish"], ["🆗", "ok"]] },
	{ name: "Food and free time", emoji: [["☕", "coffee"], ["🍵", "tea"], ["🍺", "beer"], ["🥂", "cheers"], ["🍕", "pizza"], ["🍎", "apple"], ["🥪", "sandwich lunch"], ["🍰", "cake"], ["🎂", "birthday cake"], ["🎁", "gift"], ["🌞", "sun"], ["🌧️", "rain"], ["❄️", "snow"], ["🌳", "tree"], ["⚽", "football"], ["🚲", "bicycle"], ["🚗", "car"], ["🚆", "train"], ["✈️", "plane holiday"], ["🎵", "music"], ["🐶", "dog"], ["🐱", "cat"]] },
];

/** @param {string} words @returns {typeof groups} those that a search finds */
export function finding(words) {
	const all = words.trim().toLowerCase().split(/\s+/u).filter(Boolean);
	if (all.length === 0) return groups;
	return groups.map((g) => ({ ...g, emoji: g.emoji.filter(([sign, names]) => all.every((w) => names.includes(w) || sign === w)) })).filter((g) => g.emoji.length > 0);
}
