"""Personal data (个人信息): who sees it in full, what others see, and every look on record."""
