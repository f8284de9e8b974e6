"""How things are said, in Chinese and in English, wherever they stand: pages, messages, paper."""
